// SPDX-License-Identifier: Apache-2.0
// N inputs, one bit of each a cycle, highest bit first: a tree counts the bits under plus less those
// under minus, an accumulator doubles and adds; the first bit is that of the sign. N is a power of
// two.
module bit_serial #(
    parameter N = 64,
    parameter ACC = 24
) (
    input  logic                  clk,
    input  logic                  first,    // plane of the signs
    input  logic [2*N-1:0]        weights,
    input  logic [N-1:0]          plane,
    output logic signed [ACC-1:0] sum
);
  localparam L = $clog2(N);
  genvar i, l;
  generate
    for (l = 0; l <= L; l = l + 1) begin : level
      logic [(N >> l)*(2+l)-1:0] q;
    end
    for (i = 0; i < N; i = i + 1) begin : product
      always_ff @(posedge clk)
        level[0].q[2*i+:2] <= {weights[2*i+1] & plane[i], weights[2*i] & plane[i]};
    end
    for (l = 1; l <= L; l = l + 1) begin : adders
      for (i = 0; i < (N >> l); i = i + 1) begin : node
        logic signed [l:0] a, b;
        assign a = level[l-1].q[2*i*(1+l)+:1+l];
        assign b = level[l-1].q[(2*i+1)*(1+l)+:1+l];
        always_ff @(posedge clk) level[l].q[i*(2+l)+:2+l] <= {a[l], a} + {b[l], b};
      end
    end
  endgenerate
  logic signed [L+1:0] count;
  logic [L:0] starts;
  assign count = level[L].q;
  always_ff @(posedge clk) begin
    starts <= {starts[L-1:0], first};
    if (starts[L]) sum <= -{{(ACC-L-2){count[L+1]}}, count};
    else sum <= {sum[ACC-2:0], 1'b0} + {{(ACC-L-2){count[L+1]}}, count};
  end
endmodule
