// SPDX-License-Identifier: Apache-2.0
// Load and store: requests of a fixed number of words with ADDRESS-bit addresses, as long as fewer
// than 2^OUTSTANDING are due; words of PORT bits are cut into chunks of CHUNK bits on the way in and
// put together on the way out. PORT is a multiple of CHUNK.
module load_store_unit #(
    parameter ADDRESS = 32,
    parameter PORT = 64,
    parameter CHUNK = 16,
    parameter OUTSTANDING = 2
) (
    input  logic               clk,
    input  logic               rst,
    input  logic               go,
    input  logic               store,
    input  logic [ADDRESS-1:0] address,
    input  logic [15:0]        words,
    output logic               busy,
    output logic               request,
    output logic [ADDRESS-1:0] request_address,
    input  logic               answer,
    input  logic [PORT-1:0]    answer_data,
    output logic               chunk_valid,
    output logic [CHUNK-1:0]   chunk,
    input  logic               stored,
    input  logic [CHUNK-1:0]   stored_chunk,
    output logic               word_valid,
    output logic [PORT-1:0]    word
);
  localparam R = PORT / CHUNK;
  localparam C = $clog2(R) + 1;
  logic [15:0] left, missing;
  logic [OUTSTANDING:0] due;
  logic storing;
  assign request = busy && left != 0 && (storing || !due[OUTSTANDING]);
  assign busy = missing != 0;
  always_ff @(posedge clk) begin
    if (rst) begin
      missing <= '0;
      left <= '0;
    end else if (go) begin
      request_address <= address;
      left <= words;
      missing <= words;
      due <= '0;
      storing <= store;
    end else begin
      if (request) begin
        request_address <= request_address + PORT / 8;
        left <= left - 1;
      end
      due <= due + request - (answer && !storing);
      if (storing ? word_valid : answer) missing <= missing - 1;
    end
  end
  logic [PORT-1:0] held;
  logic [C-1:0] chunks;
  assign chunk = held[CHUNK-1:0];
  assign chunk_valid = chunks != 0;
  always_ff @(posedge clk) begin
    if (rst) chunks <= '0;
    else if (answer) begin
      held <= answer_data;
      chunks <= R;
    end else if (chunks != 0) begin
      held <= held >> CHUNK;
      chunks <= chunks - 1;
    end
  end
  logic [C-1:0] filled;
  always_ff @(posedge clk) begin
    word_valid <= !rst && stored && filled == R - 1;
    if (rst) filled <= '0;
    else if (stored) begin
      word <= {stored_chunk, word} >> CHUNK;
      filled <= filled == R - 1 ? '0 : filled + 1;
    end
  end
endmodule
