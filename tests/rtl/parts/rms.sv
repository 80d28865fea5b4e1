// SPDX-License-Identifier: Apache-2.0
// RMS unit: sum of squares of VP elements a cycle into ACC bits, an iterative divider (one bit a
// cycle), an iterative square root (one bit of the root a cycle), and VP products with the result.
// VP is a power of two; ACC is even.
module rms #(
    parameter VP = 1,
    parameter W = 16,
    parameter ACC = 48
) (
    input  logic             clk,
    input  logic             clear,
    input  logic             accumulate,
    input  logic             divide,         // starts: squares / count
    input  logic             root,           // starts: square root of the quotient
    input  logic [15:0]      count,
    input  logic [W-1:0]     scale,
    input  logic [VP*W-1:0]  x,
    output logic [ACC-1:0]   squares,
    output logic [ACC-1:0]   quotient,
    output logic [ACC/2-1:0] square_root,
    output logic [VP*W-1:0]  scaled
);
  localparam L = $clog2(VP);
  genvar i, l;
  generate
    for (l = 0; l <= L; l = l + 1) begin : level
      logic [(VP >> l)*(2*W+l)-1:0] q;
    end
    for (i = 0; i < VP; i = i + 1) begin : element
      logic signed [W-1:0] e, s;
      logic signed [2*W-1:0] product;
      assign e = x[i*W+:W];
      assign s = scale;
      always_ff @(posedge clk) begin
        level[0].q[i*2*W+:2*W] <= e * e;
        product <= e * s;
      end
      assign scaled[i*W+:W] = product[W/2+:W];
    end
    for (l = 1; l <= L; l = l + 1) begin : adders
      for (i = 0; i < (VP >> l); i = i + 1) begin : node
        always_ff @(posedge clk)
          level[l].q[i*(2*W+l)+:2*W+l] <= {1'b0, level[l-1].q[2*i*(2*W+l-1)+:2*W+l-1]} +
                                          {1'b0, level[l-1].q[(2*i+1)*(2*W+l-1)+:2*W+l-1]};
      end
    end
  endgenerate
  logic [L+1:0] valid;
  always_ff @(posedge clk) begin
    valid <= {valid[L:0], accumulate};
    if (clear) squares <= '0;
    else if (valid[L]) squares <= squares + {{(ACC-2*W-L){1'b0}}, level[L].q};
  end

  // Restoring division: the dividend moves out of the register that the quotient moves into.
  logic [16:0] rest, trial;
  logic [16:0] shifted;
  assign shifted = {rest[15:0], quotient[ACC-1]};
  assign trial = shifted - {1'b0, count};
  always_ff @(posedge clk) begin
    if (divide) begin
      quotient <= squares;
      rest <= '0;
    end else if (!root && dividing) begin
      quotient <= {quotient[ACC-2:0], ~trial[16]};
      rest <= trial[16] ? shifted : trial;
    end
  end
  logic [6:0] steps;
  logic dividing;
  assign dividing = steps != 0 && !rooting;
  logic rooting;
  always_ff @(posedge clk) begin
    if (divide) begin
      steps <= ACC;
      rooting <= 1'b0;
    end else if (root) begin
      steps <= ACC / 2;
      rooting <= 1'b1;
    end else if (steps != 0) steps <= steps - 1;
  end

  // Digit by digit: two bits of the radicand a bit of the root.
  logic [ACC-1:0] radicand;
  logic [ACC/2+1:0] left, compared;
  logic [ACC/2+1:0] taken;
  assign taken = {left[ACC/2-1:0], radicand[ACC-1-:2]};
  assign compared = taken - {square_root, 2'b01};
  always_ff @(posedge clk) begin
    if (root) begin
      radicand <= quotient;
      left <= '0;
      square_root <= '0;
    end else if (rooting && steps != 0) begin
      radicand <= {radicand[ACC-3:0], 2'b00};
      left <= compared[ACC/2+1] ? taken : compared;
      square_root <= {square_root[ACC/2-2:0], ~compared[ACC/2+1]};
    end
  end
endmodule
