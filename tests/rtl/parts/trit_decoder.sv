// SPDX-License-Identifier: Apache-2.0
// N decoders of bytes that hold five trits, first trit in the lowest place; a register behind each.
// A byte is the sum of (trit + 1) 3^place; two bits a ternary come out, of trits.hex.
module trit_decoder #(
    parameter N = 1
) (
    input  logic            clk,
    input  logic [8*N-1:0]  bytes,
    output logic [10*N-1:0] weights
);
  genvar i;
  generate
    for (i = 0; i < N; i = i + 1) begin : decoder
      (* rom_style = "logic" *) logic [9:0] rom[0:255];
      initial $readmemh("trits.hex", rom);
      always_ff @(posedge clk) weights[10*i+:10] <= rom[bytes[8*i+:8]];
    end
  endgenerate
endmodule
