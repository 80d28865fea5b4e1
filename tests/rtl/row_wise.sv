// SPDX-License-Identifier: Apache-2.0
// Row-wise unit: reads one element of each source a cycle, writes the result in the cycle after.
module row_wise
  import core_pkg::*;
(
    input  logic     clk,
    input  logic     rst,
    input  index_t   d,
    input  logic     go,
    input  op_t      op,
    output logic     busy,
    output index_t   read_index,
    input  element_t a,
    input  element_t b,
    output logic     write,
    output index_t   write_index,
    output element_t result
);
  // 256-entry tables of the two functions, by the bits of the argument.
  element_t exp_table[256];
  element_t sig_table[256];
  initial begin
    for (int i = 0; i < 256; i++) begin
      real x, e;
      x = $itor(i < 128 ? i : i - 256) / 16.0;
      e = $floor($exp(x) * 16.0 + 0.5);
      exp_table[i] = saturate8($rtoi(e > 127.0 ? 127.0 : e));
      sig_table[i] = saturate8($rtoi($floor(16.0 / (1.0 + $exp(-x)) + 0.5)));
    end
  end

  logic   reading;
  index_t next;

  assign read_index = next;
  assign busy = reading || write;

  always_ff @(posedge clk) begin
    write <= reading && !rst;
    write_index <= next;
    if (rst) begin
      reading <= 1'b0;
    end else if (go) begin
      reading <= 1'b1;
      next <= '0;
    end else if (reading) begin
      next <= next + 1;
      if (next == d - 1) reading <= 1'b0;
    end
  end

  always_comb begin
    case (op)
      ADD: result = saturate8(int'(a) + int'(b));
      SUB: result = saturate8(int'(a) - int'(b));
      MUL: result = saturate8((int'(a) * int'(b)) >>> FRACTION);
      DIV: result = divide(int'(a), int'(b));
      EXP: result = exp_table[a];
      default: result = sig_table[a];
    endcase
  end
endmodule
