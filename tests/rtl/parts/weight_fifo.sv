// SPDX-License-Identifier: Apache-2.0
// FIFO of WORDS words of BITS bits in a memory block; a place is free with its word taken. WORDS is a
// power of two.
module weight_fifo #(
    parameter WORDS = 512,
    parameter BITS = 64
) (
    input  logic            clk,
    input  logic            rst,
    input  logic            push,
    input  logic [BITS-1:0] data,
    input  logic            pop,
    output logic            room,
    output logic            valid,
    output logic [BITS-1:0] head
);
  localparam A = $clog2(WORDS);
  (* ram_style = "block" *) logic [BITS-1:0] held[0:WORDS-1];
  logic [A-1:0] tail, next;
  logic [A:0] filled;
  logic fetch;
  assign room = !filled[A];
  assign fetch = filled != 0 && (!valid || pop);
  always_ff @(posedge clk) begin
    if (rst) begin
      tail <= '0;
      next <= '0;
      filled <= '0;
      valid <= 1'b0;
    end else begin
      tail <= tail + push;
      next <= next + fetch;
      filled <= filled + push - fetch;
      valid <= fetch || (valid && !pop);
    end
  end
  always_ff @(posedge clk) begin
    if (push) held[tail] <= data;
    if (fetch) head <= held[next];
  end
endmodule
