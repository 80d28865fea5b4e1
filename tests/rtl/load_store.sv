// SPDX-License-Identifier: Apache-2.0
// Load/store unit: one element a request; the next may go out in the cycle of an answer. A load
// writes its answers to the register; a store is over with its last acknowledgement.
module load_store
  import core_pkg::*;
(
    input  logic     clk,
    input  logic     rst,
    input  index_t   d,
    input  index_t   outstanding,
    input  logic     go,
    input  logic     store,         // of the running instruction
    input  address_t address,
    output logic     busy,
    output index_t   read_index,
    input  element_t stored,
    output logic     write,
    output index_t   write_index,
    output logic     request,
    output address_t request_address,
    output element_t request_data,
    input  logic     answer
);
  logic   running;
  logic   primed;  // the element that goes next has been read
  index_t sent;
  index_t answered;

  assign request = running && (primed || !store) && sent < d &&
                   sent - (answered + index_t'(answer)) < outstanding;
  assign request_address = address + 33'(sent);
  assign request_data = stored;
  assign read_index = sent + index_t'(request);
  assign write = running && !store && answer;
  assign write_index = answered;

  logic last;
  assign last = answer && answered == d - 1;
  assign busy = running && !(store && last);

  always_ff @(posedge clk) begin
    if (rst) begin
      running <= 1'b0;
    end else if (go) begin
      running <= 1'b1;
      primed <= 1'b0;
      sent <= '0;
      answered <= '0;
    end else begin
      primed <= running;
      sent <= sent + index_t'(request);
      answered <= answered + index_t'(answer && running);
      if (last) running <= 1'b0;
    end
  end
endmodule
