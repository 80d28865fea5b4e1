// SPDX-License-Identifier: Apache-2.0
// Ternary matrix unit. One process fetches packed ternaries, `burst` port words a request, into a
// FIFO; it asks only if fewer than `outstanding` requests are unanswered and the FIFO has places for
// the words (the place of a word is free with its last ternary). The other takes 2^log_ternaries of
// them a cycle, input-major, into D partial sums; then D cycles copy the sums out.
// Two bits a ternary, low bits first: 0 zero, 1 plus, 3 minus. D is a multiple of the ternaries a
// cycle, and those are a port word at most.
module tmatmul
  import core_pkg::*;
#(
    parameter int D_MAX = 512,
    parameter int PORT_MAX = 16,       // bytes
    parameter int TERNARIES_MAX = 16,
    parameter int FIFO_MAX = 2048      // words
) (
    input  logic                  clk,
    input  logic                  rst,
    input  index_t                d,
    input  logic     [2:0]        log_port,
    input  logic     [2:0]        log_ternaries,
    input  index_t                fifo_words,     // a multiple of the burst
    input  index_t                burst,
    input  index_t                outstanding,
    input  logic                  go,
    input  address_t              address,
    output logic                  busy,
    output index_t                read_index,
    input  element_t              x,
    output logic                  write,
    output index_t                write_index,
    output element_t              result,
    output logic                  request,
    output address_t              request_address,
    output index_t                request_words,
    input  logic                  answer,
    input  logic                  answer_last,    // word of its request
    input  logic [8*PORT_MAX-1:0] answer_data
);
  // ---- fetch ------------------------------------------------------------------------------------
  logic [8*PORT_MAX-1:0] fifo[FIFO_MAX];
  logic running;                // weights are being fetched or consumed
  logic [31:0] words;           // of the matrix
  logic [31:0] requested;
  index_t due;                  // requests without their last answer
  index_t held;                 // FIFO places reserved
  index_t filled;               // words in the FIFO
  index_t tail;
  index_t head;
  logic release_word;

  assign words = (32'(d) * 32'(d) + (32'd4 << log_port) - 1) >> (3'd2 + log_port);
  assign request = running && requested < words && due < outstanding &&
                   held - index_t'(release_word) + burst <= fifo_words;
  assign request_words = words - requested < 32'(burst) ? index_t'(words - requested) : burst;
  assign request_address = address + (33'(requested) << log_port);

  function automatic index_t step(index_t place);
    return place == fifo_words - 1 ? '0 : place + 1;
  endfunction

  always_ff @(posedge clk) begin
    if (rst || go) begin
      requested <= '0;
      due <= '0;
      held <= '0;
      filled <= '0;
      tail <= '0;
      head <= '0;
    end else begin
      requested <= requested + (request ? 32'(burst) : 0);
      due <= due + index_t'(request) - index_t'(answer && answer_last && running);
      held <= held + (request ? burst : 0) - index_t'(release_word);
      filled <= filled + index_t'(answer && running) - index_t'(release_word);
      if (answer && running) begin
        fifo[tail[$clog2(FIFO_MAX)-1:0]] <= answer_data;
        tail <= step(tail);
      end
      if (release_word) head <= step(head);
    end
  end

  // ---- consume ----------------------------------------------------------------------------------
  index_t ternaries;
  index_t input_index;
  index_t output_index;
  logic [7:0] taken;            // ternaries taken from the word at the head
  logic take;
  logic last_output;
  logic last;

  assign ternaries = index_t'(1) << log_ternaries;
  assign take = running && filled != 0;
  assign last_output = output_index + ternaries == d;
  assign last = last_output && input_index == d - 1;
  assign release_word =
      take && (last || index_t'(taken) + ternaries == index_t'(4) << log_port);
  assign read_index = input_index;

  // The cycle after: the input's element is there, the sums are updated.
  logic adding;
  logic adding_last;
  index_t adding_to;
  logic [2*TERNARIES_MAX-1:0] weights;

  logic copying;
  index_t copied;
  sum_t sums[D_MAX];
  initial for (int i = 0; i < D_MAX; i++) sums[i] = '0;

  always_ff @(posedge clk) begin
    adding <= take && !rst;
    adding_last <= take && last;
    adding_to <= output_index;
    weights <= (2*TERNARIES_MAX)'(fifo[head[$clog2(FIFO_MAX)-1:0]] >> {taken, 1'b0});
    if (rst) begin
      running <= 1'b0;
    end else if (go) begin
      running <= 1'b1;
      input_index <= '0;
      output_index <= '0;
      taken <= '0;
    end else if (take) begin
      taken <= release_word ? '0 : taken + ternaries[7:0];
      output_index <= last_output ? '0 : output_index + ternaries;
      if (last_output) input_index <= input_index + 1;
      if (last) running <= 1'b0;
    end
  end

  // ---- sums -------------------------------------------------------------------------------------
  assign busy = running || adding || copying || write;

  function automatic int product(logic [1:0] weight, element_t value);
    case (weight)
      2'd1: return int'(value);
      2'd3: return -int'(value);
      default: return 0;
    endcase
  endfunction

  always_ff @(posedge clk) begin
    write <= copying && !rst;
    write_index <= copied;
    if (rst) begin
      copying <= 1'b0;
    end else if (adding) begin
      for (int k = 0; k < TERNARIES_MAX; k++) begin
        if (index_t'(k) < ternaries) begin
          sums[$clog2(D_MAX)'(adding_to + index_t'(k))] <=
              saturate16(int'(sums[$clog2(D_MAX)'(adding_to + index_t'(k))]) +
                         product(weights[2*k+:2], x));
        end
      end
      copying <= adding_last;
      copied <= '0;
    end else if (copying) begin
      result <= saturate8(int'(sums[$clog2(D_MAX)'(copied)]) >>> FRACTION);
      sums[$clog2(D_MAX)'(copied)] <= '0;
      copied <= copied + 1;
      if (copied == d - 1) copying <= 1'b0;
    end
  end
endmodule
