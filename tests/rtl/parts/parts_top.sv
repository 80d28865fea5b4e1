// SPDX-License-Identifier: Apache-2.0
// One small instance of each part, for the tests of their values.
module parts_top (
    input logic clk,
    input logic rst,

    input  logic        tree_first,
    input  logic [15:0] tree_weights,
    input  logic [63:0] tree_x,
    output logic signed [31:0] tree_sum,
    output logic signed [11:0] tree_saturated,

    input  logic        lanes_clear,
    input  logic [7:0]  lanes_weights,
    input  logic [7:0]  lanes_x,
    output logic [39:0] lanes_sums,

    input  logic [15:0] decoder_bytes,
    output logic [19:0] decoder_weights,

    input  logic        table_write,
    input  logic [5:0]  table_index,
    input  logic [19:0] table_entries,
    input  logic [13:0] table_codes,
    output logic signed [11:0] table_sum,

    input  logic        serial_first,
    input  logic [15:0] serial_weights,
    input  logic [7:0]  serial_plane,
    output logic signed [15:0] serial_sum,

    input  logic        mac_first,
    input  logic [31:0] mac_x,
    input  logic [63:0] mac_weights,
    output logic [63:0] mac_sums,

    input  logic        systolic_load,
    input  logic [15:0] systolic_weights,
    input  logic [23:0] systolic_x,
    output logic [63:0] systolic_sums,

    input  logic [1:0]  element_op,
    input  logic [31:0] element_a,
    input  logic [31:0] element_b,
    output logic [31:0] element_result,
    output logic [31:0] element_by_table,

    input  logic        rms_clear,
    input  logic        rms_accumulate,
    input  logic        rms_divide,
    input  logic        rms_root,
    input  logic [15:0] rms_count,
    input  logic [7:0]  rms_scale,
    input  logic [15:0] rms_x,
    output logic [23:0] rms_squares,
    output logic [23:0] rms_quotient,
    output logic [11:0] rms_square_root,
    output logic [15:0] rms_scaled,

    input  logic        ls_go,
    input  logic        ls_store,
    input  logic [31:0] ls_address,
    input  logic [15:0] ls_words,
    output logic        ls_busy,
    output logic        ls_request,
    output logic [31:0] ls_request_address,
    input  logic        ls_answer,
    input  logic [31:0] ls_answer_data,
    output logic        ls_chunk_valid,
    output logic [7:0]  ls_chunk,
    input  logic        ls_stored,
    input  logic [7:0]  ls_stored_chunk,
    output logic        ls_word_valid,
    output logic [31:0] ls_word,

    input  logic        vr_read_go,
    input  logic        vr_read_from,
    input  logic        vr_write_go,
    input  logic        vr_write_to,
    input  logic        vr_write,
    input  logic [7:0]  vr_data,
    output logic [7:0]  vr_read_data,

    input  logic        fifo_push,
    input  logic [7:0]  fifo_data,
    input  logic        fifo_pop,
    output logic        fifo_room,
    output logic        fifo_valid,
    output logic [7:0]  fifo_head,

    input  logic        issue_offered,
    output logic        issue_taken,
    input  logic [21:0] issue_instruction,
    input  logic [3:0]  issue_done,
    output logic [3:0]  issue_go,
    output logic [5:0]  issue_op,
    output logic [5:0]  issue_names,
    output logic [7:0]  issue_address,

    input  logic        stage_in_valid,
    output logic        stage_in_ready,
    input  logic [7:0]  stage_in_data,
    output logic        stage_out_valid,
    input  logic        stage_out_ready,
    output logic [7:0]  stage_out_data
);
  ternary_tree #(.N(8), .W(8), .ACC(32)) tree (
      .clk, .first(tree_first), .weights(tree_weights), .x(tree_x), .sum(tree_sum));
  ternary_tree #(.N(8), .W(8), .ACC(12), .SATURATE(1)) saturating_tree (
      .clk, .first(tree_first), .weights(tree_weights), .x(tree_x), .sum(tree_saturated));
  ternary_lanes #(.N(4), .W(8), .ACC(10), .SATURATE(1)) lanes (
      .clk, .clear(lanes_clear), .weights(lanes_weights), .x(lanes_x), .sums(lanes_sums));
  trit_decoder #(.N(2)) decoder (.clk, .bytes(decoder_bytes), .weights(decoder_weights));
  table_lookup #(.N(2), .T(3), .W(8)) sums (
      .clk, .write(table_write), .write_index(table_index), .entries(table_entries),
      .codes(table_codes), .sum(table_sum));
  bit_serial #(.N(8), .ACC(16)) serial (
      .clk, .first(serial_first), .weights(serial_weights), .plane(serial_plane),
      .sum(serial_sum));
  mac_vector #(.ROWS(4), .COLUMNS(2)) mac (
      .clk, .first(mac_first), .x(mac_x), .weights(mac_weights), .sums(mac_sums));
  mac_systolic #(.ROWS(3), .COLUMNS(2)) systolic (
      .clk, .load(systolic_load), .weights(systolic_weights), .x(systolic_x),
      .sums(systolic_sums));
  element_wise #(.VP(2)) elements (
      .clk, .op(element_op), .a(element_a), .b(element_b), .result(element_result));
  element_wise #(.VP(2), .SIGMOID(2)) table_elements (
      .clk, .op(element_op), .a(element_a), .b(element_b), .result(element_by_table));
  rms #(.VP(2), .W(8), .ACC(24)) norm (
      .clk, .clear(rms_clear), .accumulate(rms_accumulate), .divide(rms_divide),
      .root(rms_root), .count(rms_count), .scale(rms_scale), .x(rms_x), .squares(rms_squares),
      .quotient(rms_quotient), .square_root(rms_square_root), .scaled(rms_scaled));
  load_store_unit #(.ADDRESS(32), .PORT(32), .CHUNK(8), .OUTSTANDING(1)) load_store (
      .clk, .rst, .go(ls_go), .store(ls_store), .address(ls_address), .words(ls_words),
      .busy(ls_busy), .request(ls_request), .request_address(ls_request_address),
      .answer(ls_answer), .answer_data(ls_answer_data), .chunk_valid(ls_chunk_valid),
      .chunk(ls_chunk), .stored(ls_stored), .stored_chunk(ls_stored_chunk),
      .word_valid(ls_word_valid), .word(ls_word));
  vector_registers #(.REGISTERS(2), .DEPTH(8), .CHUNK(8)) registers (
      .clk, .read_go(vr_read_go), .read_from(vr_read_from), .write_go(vr_write_go),
      .write_to(vr_write_to), .write(vr_write), .data(vr_data), .read_data(vr_read_data));
  weight_fifo #(.WORDS(4), .BITS(8)) fifo (
      .clk, .rst, .push(fifo_push), .data(fifo_data), .pop(fifo_pop), .room(fifo_room),
      .valid(fifo_valid), .head(fifo_head));
  instruction_decode #(.UNITS(4), .REGISTERS(4), .ADDRESS(8)) issue (
      .clk, .rst, .offered(issue_offered), .taken(issue_taken),
      .instruction(issue_instruction), .done(issue_done), .go(issue_go), .op(issue_op),
      .names(issue_names), .address(issue_address));
  register_stages #(.BITS(8), .STAGES(3)) stages (
      .clk, .rst, .in_valid(stage_in_valid), .in_ready(stage_in_ready),
      .in_data(stage_in_data), .out_valid(stage_out_valid), .out_ready(stage_out_ready),
      .out_data(stage_out_data));
endmodule
