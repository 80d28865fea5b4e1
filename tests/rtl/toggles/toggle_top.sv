// SPDX-License-Identifier: Apache-2.0
// Adder trees of three sizes on the same data, for counts of the bits that change.
module toggle_top (
    input  logic               clk,
    input  logic               first,
    input  logic [127:0]       weights,
    input  logic [511:0]       x,
    output logic signed [15:0] sum4,
    output logic signed [19:0] sum16,
    output logic signed [23:0] sum64
);
  ternary_tree #(.N(4), .W(8), .ACC(16)) tree4 (
      .clk, .first, .weights(weights[7:0]), .x(x[31:0]), .sum(sum4));
  ternary_tree #(.N(16), .W(8), .ACC(20)) tree16 (
      .clk, .first, .weights(weights[31:0]), .x(x[127:0]), .sum(sum16));
  ternary_tree #(.N(64), .W(8), .ACC(24)) tree64 (
      .clk, .first, .weights(weights), .x(x), .sum(sum64));
endmodule
