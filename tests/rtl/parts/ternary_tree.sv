// SPDX-License-Identifier: Apache-2.0
// Adder tree over N ternary products of W-bit inputs: a register behind the products and behind each
// level, then an accumulator of ACC bits that saturates if SATURATE is set. N is a power of two.
// Two bits a ternary: 0 zero, 1 plus, 3 minus.
module ternary_tree #(
    parameter N = 16,
    parameter W = 16,
    parameter ACC = 32,
    parameter SATURATE = 0
) (
    input  logic                  clk,
    input  logic                  first,    // the sum of this beat starts a row
    input  logic [2*N-1:0]        weights,
    input  logic [N*W-1:0]        x,
    output logic signed [ACC-1:0] sum
);
  localparam L = $clog2(N);
  localparam S = W + 1 + L;

  genvar i, l;
  generate
    for (l = 0; l <= L; l = l + 1) begin : level
      logic [(N >> l)*(W+1+l)-1:0] q;
    end
    for (i = 0; i < N; i = i + 1) begin : product
      logic signed [W:0] e;
      logic negative;
      assign negative = weights[2*i+1];
      assign e = {x[i*W+W-1], x[i*W+:W]};
      // Minus is the complement and one more, in the same row of adder cells.
      always_ff @(posedge clk)
        level[0].q[i*(W+1)+:W+1] <=
            ((e & {(W+1){weights[2*i]}}) ^ {(W+1){negative}}) + {{W{1'b0}}, negative};
    end
    for (l = 1; l <= L; l = l + 1) begin : adders
      for (i = 0; i < (N >> l); i = i + 1) begin : node
        logic signed [W+l-1:0] a, b;
        assign a = level[l-1].q[2*i*(W+l)+:W+l];
        assign b = level[l-1].q[(2*i+1)*(W+l)+:W+l];
        always_ff @(posedge clk)
          level[l].q[i*(W+1+l)+:W+1+l] <= {a[W+l-1], a} + {b[W+l-1], b};
      end
    end
  endgenerate

  logic signed [S-1:0] top;
  logic [L:0] starts;
  logic signed [ACC:0] next;
  assign top = level[L].q;
  assign next = (starts[L] ? '0 : {sum[ACC-1], sum}) + {{(ACC+1-S){top[S-1]}}, top};
  always_ff @(posedge clk) begin
    starts <= {starts[L-1:0], first};
    if (SATURATE != 0 && next[ACC] != next[ACC-1]) begin
      sum <= {next[ACC], {(ACC-1){~next[ACC]}}};
    end else begin
      sum <= next[ACC-1:0];
    end
  end
endmodule
