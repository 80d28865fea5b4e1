// SPDX-License-Identifier: Apache-2.0
// RMS unit, x / sqrt(mean(x^2)) in three passes of D cycles: squares into a buffer, their sum, and
// the quotients. D is 2 at least.
module rms
  import core_pkg::*;
#(
    parameter int D_MAX = 512
) (
    input  logic     clk,
    input  logic     rst,
    input  index_t   d,
    input  logic     go,
    output logic     busy,
    output index_t   read_index,
    input  element_t x,
    output logic     write,
    output index_t   write_index,
    output element_t result
);
  // The root has a fine table below 256 and a coarse one above.
  logic [14:0] square_table[256];
  logic [7:0] root_table[256];
  logic [7:0] coarse_root_table[256];
  initial begin
    for (int i = 0; i < 256; i++) begin
      square_table[i] = 15'((i < 128 ? i : i - 256) * (i < 128 ? i : i - 256));
      root_table[i] = 8'($rtoi($floor($sqrt($itor(i)) + 0.5)));
      coarse_root_table[i] = 8'($rtoi($floor($sqrt($itor(64 * i + 32)) + 0.5)));
    end
  end

  logic [14:0] squares[D_MAX];
  logic [31:0] sum;
  logic [31:0] t;  // cycles of this instruction
  logic [31:0] n;
  assign n = 32'(d);

  logic [31:0] mean;
  logic [7:0] root;
  assign mean = sum / n;
  always_comb begin
    if (mean < 256) root = root_table[mean[7:0]];
    else if (mean < 16384) root = coarse_root_table[mean[13:6]];
    else root = coarse_root_table[255];
    if (root == 0) root = 8'd1;
  end

  assign read_index = index_t'(t < n ? t : t - (2 * n - 1));
  assign write = busy && t >= 2 * n;
  assign write_index = index_t'(t - 2 * n);
  assign result = divide(int'(x), int'({24'b0, root}));

  always_ff @(posedge clk) begin
    if (rst) begin
      busy <= 1'b0;
    end else if (go) begin
      busy <= 1'b1;
      t <= '0;
      sum <= '0;
    end else if (busy) begin
      t <= t + 1;
      if (t >= 1 && t <= n) squares[$clog2(D_MAX)'(t - 1)] <= square_table[x];
      if (t >= n && t < 2 * n) sum <= sum + 32'(squares[$clog2(D_MAX)'(t - n)]);
      if (t == 3 * n - 1) busy <= 1'b0;
    end
  end
endmodule
