// SPDX-License-Identifier: Apache-2.0
// A ternary core after the description of the D5005's (arXiv 2406.02528): eight vector registers of
// one read and one write port each, four units that work side by side, one element a cycle, and
// in-order issue of at most one instruction a cycle. An instruction waits while its unit is busy or
// while a register that it names is in use by a running instruction; load/store and ternary unit
// also exclude each other, for they share the memory port.
//
// The host writes the program, sets `start` for a cycle and waits for `ready`. Registers survive
// from one program to the next.
module core
  import core_pkg::*;
#(
    parameter int D_MAX = 512,
    parameter int PORT_MAX = 16,
    parameter int TERNARIES_MAX = 16,
    parameter int FIFO_MAX = 2048,
    parameter int PROGRAM_MAX = 64,
    localparam int PC_BITS = $clog2(PROGRAM_MAX)
) (
    input  logic                  clk,
    input  logic                  rst,
    // Configuration, stable while a program runs.
    input  index_t                d,
    input  logic [2:0]            log_port,
    input  logic [2:0]            log_ternaries,
    input  index_t                fifo_words,
    input  index_t                burst,
    input  index_t                fetch_outstanding,
    input  index_t                load_store_outstanding,
    // Host.
    input  logic                  program_write,
    input  logic [PC_BITS-1:0]    program_address,
    input  logic [3:0]            program_op,
    input  logic [2:0]            program_dst,
    input  logic [2:0]            program_src1,
    input  logic [2:0]            program_src2,
    input  address_t              program_operand,
    input  logic [7:0]            program_length,
    input  logic                  start,
    output logic                  ready,
    // Memory: in order, an answer for each word of a read and one for a write.
    output logic                  request,
    output logic                  request_write,
    output address_t              request_address,
    output index_t                request_words,
    output logic [7:0]            request_data,
    input  logic                  answer,
    input  logic                  answer_last,
    input  logic [8*PORT_MAX-1:0] answer_data
);
  // ---- issue ------------------------------------------------------------------------------------
  instruction_t program_memory[PROGRAM_MAX];
  logic active;
  logic [7:0] pc;
  instruction_t next;
  unit_t next_unit;
  instruction_t running[UNITS];  // by unit; counts while the unit is busy
  logic [UNITS-1:0] busy;
  logic [UNITS-1:0] go;
  logic [7:0] in_use;

  assign next = program_memory[PC_BITS'(pc)];
  assign next_unit = unit_of(next.op);

  logic [7:0] in_use_by[UNITS];
  always_comb begin
    in_use = '0;
    for (int u = 0; u < UNITS; u++) begin
      in_use_by[u] = busy[u] ? registers_of(running[u]) : '0;
      in_use |= in_use_by[u];
    end
  end

  logic unit_free;
  assign unit_free = !busy[next_unit] && !(next_unit == LOAD_STORE && busy[TERNARY]) &&
                     !(next_unit == TERNARY && busy[LOAD_STORE]);

  always_comb begin
    go = '0;
    if ((active || start) && pc != program_length && unit_free &&
        (registers_of(next) & in_use) == 0) begin
      go[next_unit] = 1'b1;
    end
  end

  always_ff @(posedge clk) begin
    if (program_write) begin
      program_memory[program_address] <= '{
          op: op_t'(program_op), dst: program_dst, src1: program_src1, src2: program_src2,
          address: program_operand};
    end
    if (rst) begin
      active <= 1'b0;
      ready <= 1'b0;
      pc <= '0;
    end else if (active && pc == program_length && busy == '0) begin
      active <= 1'b0;
      ready <= 1'b1;
      pc <= '0;
    end else begin
      if (start) begin
        active <= 1'b1;
        ready <= 1'b0;
      end
      if (go != '0) begin
        pc <= pc + 1;
        running[next_unit] <= next;
      end
    end
  end

  // ---- vector registers -------------------------------------------------------------------------
  // Each is in use by one unit at most, which has its ports.
  element_t registers[8][D_MAX];
  element_t read[8];
  index_t read_index[UNITS];
  logic [UNITS-1:0] write;
  index_t write_index[UNITS];
  element_t write_data[UNITS];

  always_ff @(posedge clk) begin
    for (int r = 0; r < 8; r++) begin
      for (int u = 0; u < UNITS; u++) begin
        if (in_use_by[u][r]) begin
          read[r] <= registers[r][$clog2(D_MAX)'(read_index[u])];
        end
        if (write[u] && running[u].dst == 3'(r)) begin
          registers[r][$clog2(D_MAX)'(write_index[u])] <= write_data[u];
        end
      end
    end
  end

  // ---- units ------------------------------------------------------------------------------------
  logic ls_request;
  address_t ls_address;
  logic fetch_request;
  address_t fetch_address;
  index_t fetch_words;

  load_store load_store_unit (
      .clk, .rst, .d,
      .outstanding(load_store_outstanding),
      .go(go[LOAD_STORE]),
      .store(running[LOAD_STORE].op == SV),
      .address(running[LOAD_STORE].address),
      .busy(busy[LOAD_STORE]),
      .read_index(read_index[LOAD_STORE]),
      .stored(read[running[LOAD_STORE].src1]),
      .write(write[LOAD_STORE]),
      .write_index(write_index[LOAD_STORE]),
      .request(ls_request),
      .request_address(ls_address),
      .request_data(request_data),
      .answer
  );
  assign write_data[LOAD_STORE] = answer_data[7:0];

  row_wise row_wise_unit (
      .clk, .rst, .d,
      .go(go[ROW_WISE]),
      .op(running[ROW_WISE].op),
      .busy(busy[ROW_WISE]),
      .read_index(read_index[ROW_WISE]),
      .a(read[running[ROW_WISE].src1]),
      .b(read[running[ROW_WISE].src2]),
      .write(write[ROW_WISE]),
      .write_index(write_index[ROW_WISE]),
      .result(write_data[ROW_WISE])
  );

  rms #(.D_MAX(D_MAX)) rms_unit (
      .clk, .rst, .d,
      .go(go[RMS]),
      .busy(busy[RMS]),
      .read_index(read_index[RMS]),
      .x(read[running[RMS].src1]),
      .write(write[RMS]),
      .write_index(write_index[RMS]),
      .result(write_data[RMS])
  );

  tmatmul #(
      .D_MAX(D_MAX), .PORT_MAX(PORT_MAX), .TERNARIES_MAX(TERNARIES_MAX), .FIFO_MAX(FIFO_MAX)
  ) ternary_unit (
      .clk, .rst, .d, .log_port, .log_ternaries, .fifo_words, .burst,
      .outstanding(fetch_outstanding),
      .go(go[TERNARY]),
      .address(running[TERNARY].address),
      .busy(busy[TERNARY]),
      .read_index(read_index[TERNARY]),
      .x(read[running[TERNARY].src1]),
      .write(write[TERNARY]),
      .write_index(write_index[TERNARY]),
      .result(write_data[TERNARY]),
      .request(fetch_request),
      .request_address(fetch_address),
      .request_words(fetch_words),
      .answer,
      .answer_last,
      .answer_data
  );

  assign request = ls_request || fetch_request;
  assign request_write = ls_request && running[LOAD_STORE].op == SV;
  assign request_words = ls_request ? 1 : fetch_words;
  assign request_address = ls_request ? ls_address : fetch_address;
endmodule
