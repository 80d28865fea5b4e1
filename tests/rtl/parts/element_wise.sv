// SPDX-License-Identifier: Apache-2.0
// VP elements of W bits a cycle, fixed point with W / 2 bits of fraction, two register stages: sum and
// difference that saturate; product, if MULTIPLY is set; sigmoid, if SIGMOID is 1 (piecewise:
// x / 4 + 1 / 2 between 0 and 1) or 2 (table of 256 entries by the whole part of x: W is 16).
module element_wise #(
    parameter VP = 1,
    parameter W = 16,
    parameter MULTIPLY = 1,
    parameter SIGMOID = 1
) (
    input  logic            clk,
    input  logic [1:0]      op,    // 0 sum, 1 difference, 2 product, 3 sigmoid
    input  logic [VP*W-1:0] a,
    input  logic [VP*W-1:0] b,
    output logic [VP*W-1:0] result
);
  localparam F = W / 2;
  logic [1:0] op_q;
  always_ff @(posedge clk) op_q <= op;
  genvar i;
  generate
    for (i = 0; i < VP; i = i + 1) begin : element
      logic signed [W-1:0] p, q;
      logic signed [W:0] added;
      logic signed [2*W-1:0] product;
      logic signed [W-1:0] sigmoid;
      assign p = a[i*W+:W];
      assign q = b[i*W+:W];
      always_ff @(posedge clk)
        added <= {p[W-1], p} + ({q[W-1], q} ^ {(W+1){op[0]}}) + {{W{1'b0}}, op[0]};
      if (MULTIPLY != 0) begin : multiplier
        always_ff @(posedge clk) product <= p * q;
      end else begin : none
        assign product = '0;
      end
      if (SIGMOID == 1) begin : piecewise
        logic signed [W-1:0] line;
        assign line = (p >>> 2) + (1 << (F - 1));
        always_ff @(posedge clk)
          sigmoid <= line < 0 ? '0 : line > (1 << F) ? (1 << F) : line;
      end else if (SIGMOID == 2) begin : table_of
        (* rom_style = "logic" *) logic [W-1:0] rom[0:255];
        initial $readmemh("sigmoid.hex", rom);
        always_ff @(posedge clk) sigmoid <= rom[p[W-1-:8]];
      end else begin : no_sigmoid
        assign sigmoid = '0;
      end
      logic signed [W-1:0] scaled;
      assign scaled = product[F+W-1:F];
      always_ff @(posedge clk) begin
        case (op_q)
          2'd2: result[i*W+:W] <=
              (&product[2*W-1:F+W-1] || ~|product[2*W-1:F+W-1]) ? scaled
              : {product[2*W-1], {(W-1){~product[2*W-1]}}};
          2'd3: result[i*W+:W] <= sigmoid;
          default: result[i*W+:W] <=
              added[W] != added[W-1] ? {added[W], {(W-1){~added[W]}}} : added[W-1:0];
        endcase
      end
    end
  endgenerate
endmodule
