// SPDX-License-Identifier: Apache-2.0
// REGISTERS vectors of DEPTH chunks of CHUNK bits in one memory with a read and a write port; the
// chunk counters of both ports, and a register behind the read port.
module vector_registers #(
    parameter REGISTERS = 4,
    parameter DEPTH = 256,
    parameter CHUNK = 64
) (
    input  logic                         clk,
    input  logic                         read_go,
    input  logic [$clog2(REGISTERS)-1:0] read_from,
    input  logic                         write_go,
    input  logic [$clog2(REGISTERS)-1:0] write_to,
    input  logic                         write,
    input  logic [CHUNK-1:0]             data,
    output logic [CHUNK-1:0]             read_data
);
  localparam R = $clog2(REGISTERS);
  localparam D = $clog2(DEPTH);
  (* ram_style = "block" *) logic [CHUNK-1:0] held[0:(1 << (R+D))-1];
  logic [R-1:0] from, to;
  logic [D-1:0] reading, writing;
  logic [CHUNK-1:0] behind;
  always_ff @(posedge clk) begin
    from <= read_go ? read_from : from;
    to <= write_go ? write_to : to;
    reading <= read_go ? '0 : reading + 1;
    writing <= write_go ? '0 : writing + write;
  end
  always_ff @(posedge clk) begin
    if (write) held[{to, writing}] <= data;
    behind <= held[{from, reading}];
    read_data <= behind;
  end
endmodule
