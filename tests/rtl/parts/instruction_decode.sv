// SPDX-License-Identifier: Apache-2.0
// In-order issue: an instruction of 8 bits of operation, three register names and an address waits in
// a register until its unit and its registers are free; names of registers in use are kept a unit.
module instruction_decode #(
    parameter UNITS = 4,
    parameter REGISTERS = 8,
    parameter ADDRESS = 32
) (
    input  logic               clk,
    input  logic               rst,
    input  logic               offered,
    output logic               taken,
    input  logic [8+3*$clog2(REGISTERS)+ADDRESS-1:0] instruction,
    input  logic [UNITS-1:0]   done,
    output logic [UNITS-1:0]   go,
    output logic [5:0]         op,
    output logic [3*$clog2(REGISTERS)-1:0] names,
    output logic [ADDRESS-1:0] address
);
  localparam R = $clog2(REGISTERS);
  localparam I = 8 + 3 * R + ADDRESS;
  logic [I-1:0] held;
  logic waiting;
  logic [UNITS-1:0] busy;
  logic [REGISTERS-1:0] named, in_use;
  logic [1:0] unit;
  assign op = held[5:0];
  assign unit = held[7:6];
  assign names = held[8+:3*R];
  assign address = held[8+3*R+:ADDRESS];
  assign named = (1 << names[0+:R]) | (1 << names[R+:R]) | (1 << names[2*R+:R]);

  genvar u;
  generate
    for (u = 0; u < UNITS; u = u + 1) begin : of_unit
      logic [REGISTERS-1:0] used;
      assign go[u] = waiting && unit == u && !busy[u] && (named & in_use) == 0;
      always_ff @(posedge clk) begin
        busy[u] <= !rst && (go[u] || (busy[u] && !done[u]));
        if (rst || done[u]) used <= '0;
        else if (go[u]) used <= named;
      end
    end
  endgenerate
  integer n;
  always_comb begin
    in_use = '0;
    for (n = 0; n < REGISTERS; n = n + 1) in_use[n] = any[n];
  end
  logic [REGISTERS-1:0] any;
  generate
    if (UNITS == 1) begin : one
      assign any = of_unit[0].used;
    end else if (UNITS == 2) begin : two
      assign any = of_unit[0].used | of_unit[1].used;
    end else begin : four
      assign any = of_unit[0].used | of_unit[1].used | of_unit[2].used | of_unit[3].used;
    end
  endgenerate
  assign taken = offered && (!waiting || go != 0);
  always_ff @(posedge clk) begin
    waiting <= !rst && (taken || (waiting && go == 0));
    if (taken) held <= instruction;
  end
endmodule
