// SPDX-License-Identifier: Apache-2.0
// N adders that share one input of W bits, each with a partial sum of ACC bits of its own; sums
// saturate if SATURATE is set.
module ternary_lanes #(
    parameter N = 8,
    parameter W = 8,
    parameter ACC = 16,
    parameter SATURATE = 1
) (
    input  logic             clk,
    input  logic             clear,
    input  logic [2*N-1:0]   weights,
    input  logic [W-1:0]     x,
    output logic [N*ACC-1:0] sums
);
  genvar i;
  generate
    for (i = 0; i < N; i = i + 1) begin : lane
      logic signed [ACC-1:0] sum;
      logic signed [ACC:0] next;
      logic [ACC:0] e;
      assign e = ({{(ACC+1-W){x[W-1]}}, x} & {(ACC+1){weights[2*i]}}) ^ {(ACC+1){weights[2*i+1]}};
      assign next = {sum[ACC-1], sum} + e + {{ACC{1'b0}}, weights[2*i+1]};
      always_ff @(posedge clk) begin
        if (clear) sum <= '0;
        else if (SATURATE != 0 && next[ACC] != next[ACC-1]) sum <= {next[ACC], {(ACC-1){~next[ACC]}}};
        else sum <= next[ACC-1:0];
      end
      assign sums[i*ACC+:ACC] = sum;
    end
  endgenerate
endmodule
