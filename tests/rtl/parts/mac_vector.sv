// SPDX-License-Identifier: Apache-2.0
// COLUMNS sums of ROWS products of A-bit inputs and W-bit weights: registered products, a tree with a
// register behind each level, an accumulator of ACC bits a column. ROWS is a power of two.
module mac_vector #(
    parameter ROWS = 4,
    parameter COLUMNS = 1,
    parameter A = 8,
    parameter W = 8,
    parameter ACC = 32
) (
    input  logic                       clk,
    input  logic                       first,
    input  logic [ROWS*A-1:0]          x,
    input  logic [ROWS*COLUMNS*W-1:0]  weights,
    output logic [COLUMNS*ACC-1:0]     sums
);
  localparam L = $clog2(ROWS);
  localparam P = A + W;
  logic [L:0] starts;
  always_ff @(posedge clk) starts <= {starts[L-1:0], first};
  genvar c, i, l;
  generate
    for (c = 0; c < COLUMNS; c = c + 1) begin : column
      for (l = 0; l <= L; l = l + 1) begin : level
        logic [(ROWS >> l)*(P+l)-1:0] q;
      end
      for (i = 0; i < ROWS; i = i + 1) begin : product
        logic signed [A-1:0] a;
        logic signed [W-1:0] w;
        assign a = x[i*A+:A];
        assign w = weights[(c*ROWS+i)*W+:W];
        always_ff @(posedge clk) level[0].q[i*P+:P] <= a * w;
      end
      for (l = 1; l <= L; l = l + 1) begin : adders
        for (i = 0; i < (ROWS >> l); i = i + 1) begin : node
          logic signed [P+l-2:0] a, b;
          assign a = level[l-1].q[2*i*(P+l-1)+:P+l-1];
          assign b = level[l-1].q[(2*i+1)*(P+l-1)+:P+l-1];
          always_ff @(posedge clk)
            level[l].q[i*(P+l)+:P+l] <= {a[P+l-2], a} + {b[P+l-2], b};
        end
      end
      logic signed [P+L-1:0] top;
      logic signed [ACC-1:0] sum;
      assign top = level[L].q;
      always_ff @(posedge clk)
        sum <= (starts[L] ? '0 : sum) + {{(ACC-P-L){top[P+L-1]}}, top};
      assign sums[c*ACC+:ACC] = sum;
    end
  endgenerate
endmodule
