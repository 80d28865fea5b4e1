// SPDX-License-Identifier: Apache-2.0
// N tables of sums of T inputs under every choice of signs, one of each pair of opposite sums: a code
// is a sign and an index. A look-up of every table a cycle, then a tree with a register behind each
// level. N is a power of two.
module table_lookup #(
    parameter N = 4,
    parameter T = 4,     // trits
    parameter W = 8
) (
    input  logic                            clk,
    input  logic                            write,
    input  logic [((3**T+1)/2 > 64 ? 7 : 6)-1:0] write_index,
    input  logic [N*(W+$clog2(T))-1:0]      entries,
    input  logic [N*((3**T+1)/2 > 64 ? 8 : 7)-1:0] codes,
    output logic signed [W+$clog2(T)+$clog2(N):0] sum
);
  localparam DEPTH = (3**T+1)/2;
  localparam B = W + $clog2(T);
  localparam C = (3**T+1)/2 > 64 ? 8 : 7;
  localparam L = $clog2(N);
  genvar i, l;
  generate
    for (l = 0; l <= L; l = l + 1) begin : level
      logic [(N >> l)*(B+1+l)-1:0] q;
    end
    for (i = 0; i < N; i = i + 1) begin : table_of
      (* ram_style = "distributed" *) logic [B-1:0] held[0:DEPTH-1];
      logic signed [B-1:0] found;
      logic negative;
      assign found = held[codes[C*i+:C-1]];
      assign negative = codes[C*i+C-1];
      always_ff @(posedge clk) begin
        if (write) held[write_index] <= entries[B*i+:B];
        level[0].q[i*(B+1)+:B+1] <=
            ({found[B-1], found} ^ {(B+1){negative}}) + {{B{1'b0}}, negative};
      end
    end
    for (l = 1; l <= L; l = l + 1) begin : adders
      for (i = 0; i < (N >> l); i = i + 1) begin : node
        logic signed [B+l-1:0] a, b;
        assign a = level[l-1].q[2*i*(B+l)+:B+l];
        assign b = level[l-1].q[(2*i+1)*(B+l)+:B+l];
        always_ff @(posedge clk)
          level[l].q[i*(B+1+l)+:B+1+l] <= {a[B+l-1], a} + {b[B+l-1], b};
      end
    end
  endgenerate
  assign sum = level[L].q;
endmodule
