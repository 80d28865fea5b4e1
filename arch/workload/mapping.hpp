// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "arch/base/schema.hpp"
#include "arch/hardware/exchange.hpp"
#include "arch/workload/address_spec.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// Where an op runs.
enum class Target {
  core,
  host,
  excluded,  ///< outside the boundary of the result: neither its time nor its energy is counted
};

template <>
struct EnumNames<Target> {
  static constexpr std::array<std::pair<Target, std::string_view>, 3> names{{
      {Target::core, "core"},
      {Target::host, "host"},
      {Target::excluded, "excluded"},
  }};
};

/// Which register is spilled when all are in use.
enum class Spill {
  lru,     ///< the one that was used longest ago
  belady,  ///< the one that is needed again latest (optimal, needs the whole program)
};

template <>
struct EnumNames<Spill> {
  static constexpr std::array<std::pair<Spill, std::string_view>, 2> names{{
      {Spill::lru, "lru"},
      {Spill::belady, "belady"},
  }};
};

/// When the sums of a GO are fetched from the matrix unit.
enum class Export {
  at_once,  ///< by the next instruction
  late,     ///< when they are needed, or before the unit is used again: other units work meanwhile
};

template <>
struct EnumNames<Export> {
  static constexpr std::array<std::pair<Export, std::string_view>, 2> names{{
      {Export::at_once, "at_once"},
      {Export::late, "late"},
  }};
};

/// Order of a program's instructions.
enum class Schedule {
  in_order,  ///< that of the trace
  list,      ///< other units' instructions are moved under running GOs
};

template <>
struct EnumNames<Schedule> {
  static constexpr std::array<std::pair<Schedule, std::string_view>, 2> names{{
      {Schedule::in_order, "in_order"},
      {Schedule::list, "list"},
  }};
};

/// What applies the scale of a ternary matrix.
enum class WeightScales {
  in_unit,   ///< the matrix unit, or whoever takes its sums: no instruction
  multiply,  ///< a multiplication of each output vector by a vector of scales
};

template <>
struct EnumNames<WeightScales> {
  static constexpr std::array<std::pair<WeightScales, std::string_view>, 2> names{{
      {WeightScales::in_unit, "in_unit"},
      {WeightScales::multiply, "multiply"},
  }};
};

/// How often the RMS of a vector is computed that several products normalise.
enum class NormStatistics {
  per_product,  ///< for each of them
  per_vector,   ///< once for those that follow one another
};

template <>
struct EnumNames<NormStatistics> {
  static constexpr std::array<std::pair<NormStatistics, std::string_view>, 2> names{{
      {NormStatistics::per_product, "per_product"},
      {NormStatistics::per_vector, "per_vector"},
  }};
};

/// How a kernel takes the tokens of a prompt.
enum class PromptTokens {
  one_by_one,  ///< like tokens that are generated: each lane its own sequence
  in_lanes,    ///< the lanes take consecutive tokens of one sequence: a weight is read once for all
};

template <>
struct EnumNames<PromptTokens> {
  static constexpr std::array<std::pair<PromptTokens, std::string_view>, 2> names{{
      {PromptTokens::one_by_one, "one_by_one"},
      {PromptTokens::in_lanes, "in_lanes"},
  }};
};

/// How more sequences than a kernel has lanes are taken.
enum class MoreSequences {
  in_rounds,  ///< one job after the other
  in_passes,  ///< product by product: each in ceil(sequences / lanes) passes over its weights
};

template <>
struct EnumNames<MoreSequences> {
  static constexpr std::array<std::pair<MoreSequences, std::string_view>, 2> names{{
      {MoreSequences::in_rounds, "in_rounds"},
      {MoreSequences::in_passes, "in_passes"},
  }};
};

/// What the host starts at once of a product whose input it prepares.
enum class Calls {
  per_product,  ///< all tiles, which the core sums up
  per_tile,     ///< one; the host writes its inputs, reads its sums and adds them to the others'
};

template <>
struct EnumNames<Calls> {
  static constexpr std::array<std::pair<Calls, std::string_view>, 2> names{{
      {Calls::per_product, "per_product"},
      {Calls::per_tile, "per_tile"},
  }};
};

/// Order of the tiles of a product that needs several vector registers of inputs.
enum class LoopOrder {
  by_output,  ///< a sum is finished before the next one begins; inputs are imported for each
  by_input,   ///< an input is imported once for all outputs, whose sums wait in registers
};

template <>
struct EnumNames<LoopOrder> {
  static constexpr std::array<std::pair<LoopOrder, std::string_view>, 2> names{{
      {LoopOrder::by_output, "by_output"},
      {LoopOrder::by_input, "by_input"},
  }};
};

/// A product that is computed twice: by the core with a coarse copy of its weights, for all
/// outputs; by the host with the weights themselves, for the best of them.
struct CoarseSpec {
  WeightSpec weights{NumberFormat::ternary};
  std::uint32_t best = 1;

  bool operator==(const CoarseSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("weights", weights, "how the copy that the core reads is stored");
    io.required("best", best, "outputs that the host computes again", between(1, 1 << 26));
  }
};

/// How a matrix product is cut into tiles. A tile has as many inputs as a vector register holds.
struct ProductSpec {
  LoopOrder order = LoopOrder::by_output;
  std::uint32_t outputs = 0;           ///< most outputs of a tile; 0: as many as the core takes
  std::optional<CoarseSpec> coarse{};  ///< absent: the core has the weights themselves

  bool operator==(const ProductSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("order", order, "order of the tiles");
    io.optional("outputs", outputs,
                "largest number of outputs of a tile, on a core with sizes: per_instruction; 0: as "
                "many as it takes",
                between(0, 1 << 20));
    io.optional("coarse", coarse,
                "the core computes all outputs with a coarse copy of the weights, the host the "
                "best of them again with the weights themselves (tasks select and rescore)");
  }
};

struct Op;
struct Trace;

/// Whether an op's name fits a pattern, in which `*` stands for any text.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name);

/// Where an op runs, and what in the mapping says so.
struct Placement {
  Target target = Target::core;
  std::string_view key;  ///< of the mapping; empty: nothing there says so
  std::string entry;     ///< in that key's map
};

/// The software half: what runs where, and how the program is arranged.
struct MappingSpec {
  static constexpr std::string_view kind = "mapping";

  Target embedding = Target::host;
  Target lm_head = Target::host;
  Spill spill = Spill::lru;
  Export export_sums = Export::late;
  Schedule schedule = Schedule::in_order;
  WeightScales weight_scales = WeightScales::in_unit;
  NormStatistics norm_statistics = NormStatistics::per_product;
  std::string
      vectors_in;     ///< memory that holds vectors (parameters, states, spills); empty: weights'
  std::string kv_in;  ///< memory that holds keys and values; empty: the core's weight memory
  std::map<std::string, Target> places;  ///< by kind of op; those not in it run on the core
  std::map<std::string, Target> ops;     ///< by pattern of the op's name, before all other keys
  std::map<std::string, ProductSpec> products;  ///< by pattern of the op's name
  PromptTokens prompt = PromptTokens::one_by_one;
  MoreSequences sequences = MoreSequences::in_rounds;
  Target prepare = Target::core;  ///< norm and quantisation of a product's input
  Calls calls = Calls::per_product;
  std::optional<ParallelSpec> parallel;  ///< absent: every kernel has the whole model
  std::optional<AddressSpec> addresses;  ///< absent: data lie one behind the other from address 0

  bool operator==(const MappingSpec&) const = default;

  /// Kernels that share every matrix.
  [[nodiscard]] std::uint32_t tensor() const { return parallel ? parallel->tensor : 1; }

  /// Stages of a pipeline.
  [[nodiscard]] std::uint32_t pipeline() const { return parallel ? parallel->pipeline : 1; }

  /// Kernels that hold one copy of the model.
  [[nodiscard]] std::uint32_t kernels_of_pipeline() const { return tensor() * pipeline(); }

  /// A pattern of `ops` goes before `embedding` and `lm_head`, which are about the ops of these
  /// roles, these before `places`; what none of them names runs on the core.
  [[nodiscard]] Placement placement_of(const Op& op) const;

  /// Whether kernels share every matrix and the host brings their shards together.
  [[nodiscard]] bool host_gathers() const {
    return tensor() > 1 && parallel->gather == Gather::host;
  }

  /// How the core has the weights of a product: its own, or a coarse copy.
  [[nodiscard]] WeightSpec weights_on_core(const Op& op) const;

  /// The coarse copy of a product on the core; null: it has none.
  [[nodiscard]] const CoarseSpec* coarse_of(const Op& op) const;

  /// Whether the host makes the input of a product ready: for the core, or its norm for itself.
  [[nodiscard]] bool host_prepares(const Op& op) const;

  /// Whether the host takes a product tile by tile and adds up the sums.
  [[nodiscard]] bool host_sums(const Op& op) const {
    return calls == Calls::per_tile && host_prepares(op);
  }

  /// The pattern of `products` that an op's name fits best, and what it says; null: none does.
  [[nodiscard]] const std::pair<const std::string, ProductSpec>* product_of(const Op& op) const;

  /// Problems of `ops` and `products` with the ops there are: a pattern that matches none, or two
  /// of equal rank that contradict each other about one op.
  void check_ops(const Trace& trace, Problems& problems) const;

  template <class Io>
  void fields(Io& io) {
    io.required("embedding", embedding, "where the embedding look-up runs");
    io.required("lm_head", lm_head, "where the final projection to the vocabulary runs");
    io.optional("spill", spill, "which vector register is spilled when all are in use");
    io.optional("export_sums", export_sums, "when the sums of a GO are fetched");
    io.optional("schedule", schedule,
                "order of the instructions: in_order, that of the model's ops, or list, in which "
                "other units work while a GO runs");
    io.optional("weight_scales", weight_scales,
                "what applies the scale of a ternary matrix: in_unit, no instruction, or multiply, "
                "a mul of each output vector");
    io.optional("norm_statistics", norm_statistics,
                "how often the RMS of a vector is computed that several products in a row "
                "normalise: per_product or per_vector");
    io.optional("vectors_in", vectors_in,
                "name of the memory for vectors; left out: the core's weight memory");
    io.optional("kv_in", kv_in,
                "name of the memory for cached keys and values; left out: the core's weight "
                "memory");
    io.optional("places", places, "where other kinds of op run; kinds left out: core");
    io.optional("ops", ops,
                "where single ops run, by a pattern of their names in which * stands for any text, "
                "e.g. layers.0.*; takes precedence over every other key; of several patterns that "
                "match, the one with the most characters besides * decides");
    io.optional("products", products,
                "how matrix products are cut, by a pattern of their ops' names, as in ops");
    io.optional("prompt", prompt,
                "how a kernel takes a prompt: one_by_one, like tokens that are generated, or "
                "in_lanes, its lanes at consecutive tokens of one sequence");
    io.optional("sequences", sequences,
                "how more sequences than lanes are taken: in_rounds, one job after the other, or "
                "in_passes, every product in as many passes over its weights as it takes");
    io.optional("prepare", prepare,
                "where the input of a product on the core is normalised, if it has a norm, and "
                "quantised: core or host");
    io.optional("calls", calls,
                "what one call of a product that the host prepares covers: per_product, all its "
                "tiles, or per_tile, one of them, whose sums the host adds up (task accumulate)");
    io.optional("parallel", parallel,
                "how the model is spread over kernels; left out: every kernel has all of it");
    io.optional("addresses", addresses,
                "where the weights of each kernel begin, a copy of its own or its part of the "
                "model; left out: kernels of a channel share one copy, from address 0 on, and "
                "parts of a model lie one behind the other");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
