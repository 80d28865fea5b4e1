// SPDX-License-Identifier: Apache-2.0
// STAGES register stages of a stream of BITS bits with valid and ready; each holds two words, so that
// ready has a register too.
module register_stages #(
    parameter BITS = 64,
    parameter STAGES = 1
) (
    input  logic            clk,
    input  logic            rst,
    input  logic            in_valid,
    output logic            in_ready,
    input  logic [BITS-1:0] in_data,
    output logic            out_valid,
    input  logic            out_ready,
    output logic [BITS-1:0] out_data
);
  logic [STAGES:0] valid, ready;
  logic [(STAGES+1)*BITS-1:0] data;
  assign valid[0] = in_valid;
  assign data[BITS-1:0] = in_data;
  assign in_ready = ready[0];
  assign out_valid = valid[STAGES];
  assign out_data = data[STAGES*BITS+:BITS];
  assign ready[STAGES] = out_ready;
  genvar i;
  generate
    for (i = 0; i < STAGES; i = i + 1) begin : stage
      logic [BITS-1:0] front, spare;
      logic front_valid, spare_valid;
      assign ready[i] = !spare_valid;
      assign valid[i+1] = front_valid;
      assign data[(i+1)*BITS+:BITS] = front;
      always_ff @(posedge clk) begin
        if (rst) begin
          front_valid <= 1'b0;
          spare_valid <= 1'b0;
        end else if (!front_valid || ready[i+1]) begin
          front_valid <= spare_valid || valid[i];
          spare_valid <= 1'b0;
        end else if (valid[i] && ready[i]) begin
          spare_valid <= 1'b1;
        end
        if (!front_valid || ready[i+1]) front <= spare_valid ? spare : data[i*BITS+:BITS];
        if (ready[i]) spare <= data[i*BITS+:BITS];
      end
    end
  endgenerate
endmodule
