// SPDX-License-Identifier: Apache-2.0
// ROWS x COLUMNS array of multiply-accumulators: weights move in from above and stay, inputs move to
// the right, sums of ACC bits move down; a register in each element for each.
module mac_systolic #(
    parameter ROWS = 4,
    parameter COLUMNS = 4,
    parameter A = 8,
    parameter W = 8,
    parameter ACC = 32
) (
    input  logic                   clk,
    input  logic                   load,
    input  logic [COLUMNS*W-1:0]   weights,
    input  logic [ROWS*A-1:0]      x,
    output logic [COLUMNS*ACC-1:0] sums
);
  genvar r, c;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      logic [COLUMNS*A-1:0] a;
      logic [COLUMNS*W-1:0] w;
      logic [COLUMNS*ACC-1:0] s;
      for (c = 0; c < COLUMNS; c = c + 1) begin : element
        logic signed [A-1:0] input_of;
        logic signed [W-1:0] held, above;
        logic signed [ACC-1:0] sum_above;
        if (c == 0) begin : left
          assign input_of = x[r*A+:A];
        end else begin : right
          assign input_of = a[(c-1)*A+:A];
        end
        assign held = w[c*W+:W];
        if (r == 0) begin : top
          assign above = weights[c*W+:W];
          assign sum_above = '0;
        end else begin : below
          assign above = row[r-1].w[c*W+:W];
          assign sum_above = row[r-1].s[c*ACC+:ACC];
        end
        always_ff @(posedge clk) begin
          if (load) w[c*W+:W] <= above;
          a[c*A+:A] <= input_of;
          s[c*ACC+:ACC] <= sum_above + input_of * held;
        end
      end
    end
  endgenerate
  assign sums = row[ROWS-1].s;
endmodule
