// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/plan/vector_code.hpp"

namespace tritsim {
namespace {

/// The vectors that a value is cut into.
using Chunks = std::vector<VectorId>;

class Lowering {
 public:
  Lowering(const Trace& trace, const MappingSpec& mapping, const CoreSpec& core,
           const LoweredSteps& steps, OpRange range)
      : trace_(trace),
        mapping_(mapping),
        core_(core),
        steps_(steps),
        range_(range),
        values_(trace.values.size()) {
    for (std::size_t i = 0; i < trace.ops.size(); ++i) {
      const Op& op = trace.ops[i];
      const Place place = place_of(trace, op, mapping);
      if (place == Place::host || host_prepares(op)) {
        stored_.insert(op.inputs.begin(), op.inputs.end());
      } else if (place == Place::core && range.contains(i)) {
        for (const ValueId v : op.inputs) ++readers_[v];
      }
    }
    for (const ValueId v : handed_on(trace, mapping, range)) stored_.insert(v);
  }

  VectorCode run(Problems& problems) {
    for (std::size_t i = range_.first; i < range_.last; ++i) {
      at_ = static_cast<std::uint32_t>(i);
      const Op& op = trace_.ops[i];
      if (place_of(trace_, op, mapping_) == Place::core) lower_op(op);
    }
    export_sums();
    report(problems);
    return std::move(code_);
  }

 private:
  [[nodiscard]] std::uint32_t chunk_count(std::uint32_t elements) const {
    return (elements + core_.vector_length - 1) / core_.vector_length;
  }

  [[nodiscard]] bool sized() const { return core_.sizes == OperandSizes::per_instruction; }

  /// Elements of the k-th of the pieces of at most `limit` that a vector of `n` is cut into; 0, for
  /// D, where all are padded to D.
  [[nodiscard]] std::uint32_t piece(std::uint32_t n, std::size_t k, std::uint32_t limit) const {
    return sized() ? std::min(limit, n - static_cast<std::uint32_t>(k) * limit) : 0;
  }

  /// How the weights of a matrix op are stored; those of a bit_linear are ternary.
  [[nodiscard]] static WeightSpec weights_of(const Op& op) {
    return op.weights.value_or(WeightSpec{NumberFormat::ternary});
  }

  /// The unit of a matrix op's product.
  [[nodiscard]] const MatrixUnitSpec& matrix_unit(const Op& op) const {
    return *core_.unit_for(weights_of(op).format);
  }

  [[nodiscard]] bool host_prepares(const Op& op) const {
    return op.kind == OpKind::bit_linear && mapping_.prepare == Place::host;
  }

  // ---- vectors, symbols ----------------------------------------------------------------------

  VectorId make(std::string name, std::uint32_t elements = 0) {
    code_.vectors.push_back({std::move(name), {}, elements});
    return static_cast<VectorId>(code_.vectors.size() - 1);
  }

  std::uint32_t symbol(const std::string& name, Symbol::Kind kind) {
    const auto [it, fresh] = symbols_.try_emplace(name, code_.symbols.size());
    if (fresh) code_.symbols.push_back({name, kind});
    return static_cast<std::uint32_t>(it->second);
  }

  /// A vector whose value is in memory from the start: a parameter, a state, an input.
  VectorId in_memory(const std::string& name, std::uint32_t elements) {
    const VectorId v = make(name, elements);
    const std::uint32_t home = symbol(name, Symbol::Kind::vector);
    code_.vectors[v].home = home;
    Instruction load{Opcode::ldv};
    load.elements = elements;
    grow(home, load);
    return v;
  }

  /// A symbol has room for what the instructions that name it move.
  void grow(std::uint32_t sym, const Instruction& i) {
    std::uint64_t& bytes = code_.symbols[sym].bytes;
    bytes = std::max(bytes, symbol_bytes(core_, i, code_.symbols[sym].weights));
  }

  /// The vectors of a value; a value made off the core is in memory.
  Chunks& chunks(ValueId id) {
    Chunks& c = values_[id];
    if (c.empty()) c = parameters(trace_.values[id].name, trace_.elements(id));
    return c;
  }

  Chunks parameters(const std::string& name, std::uint32_t elements) {
    Chunks c;
    for (std::uint32_t k = 0; k < chunk_count(elements); ++k) {
      c.push_back(
          in_memory(fmt::format("{}[{}]", name, k), piece(elements, k, core_.vector_length)));
    }
    return c;
  }

  // ---- emission ------------------------------------------------------------------------------

  /// Records that the current op cannot run here. Ops with the same trouble share one message.
  void refuse(std::string what, std::string remedy) {
    for (auto& [problem, others] : refused_) {
      if (problem.what != what) continue;
      ++others;
      return;
    }
    Problem problem;
    problem.path = trace_.ops[at_].name;
    problem.what = std::move(what);
    problem.remedy = std::move(remedy);
    refused_.emplace_back(std::move(problem), 0);
  }

  void report(Problems& problems) const {
    for (auto [problem, others] : refused_) {
      if (others > 0) problem.what += fmt::format(" (and {} more like it)", others);
      problems.add(problem);
    }
  }

  bool require(Opcode op) {
    std::optional<bool>& has = has_[static_cast<std::size_t>(op)];
    if (!has) has = core_.has(op);
    if (*has) return true;
    refuse(fmt::format("needs the instruction '{}', which core '{}' does not have", name_of(op),
                       core_.name),
           "add the unit to the core, or map the op to the host");
    return false;
  }

  VectorId emit(Opcode op, const std::string& name, VectorId src1 = no_vector,
                VectorId src2 = no_vector, std::uint32_t sym = 0, std::uint32_t elements = 0,
                std::uint32_t outputs = 0) {
    const OperandShape shape = shape_of(op);
    require(op);
    if (elements == 0 && src1 != no_vector) elements = code_.vectors[src1].elements;
    if (src2 != no_vector) elements = std::min(elements, code_.vectors[src2].elements);
    if (pending_sums_ &&
        (shape.unit == CoreUnit::matrix || src1 == *pending_sums_ || src2 == *pending_sums_)) {
      export_sums();
    }
    const VectorId dst =
        shape.destination ? make(name, outputs > 0 ? outputs : elements) : no_vector;
    code_.instructions.push_back({op, dst, src1, src2, sym, at_, elements, outputs, {}});
    if (shape.address) {
      Instruction sizes{op};
      sizes.elements = elements;
      sizes.outputs = outputs;
      grow(sym, sizes);
    }
    return dst;
  }

  /// Fetches the sums that are still in the ternary unit.
  void export_sums() {
    if (!pending_sums_) return;
    const VectorId dst = *pending_sums_;
    pending_sums_.reset();
    code_.instructions.push_back({Opcode::export_vector,
                                  dst,
                                  no_vector,
                                  no_vector,
                                  0,
                                  pending_op_,
                                  code_.vectors[dst].elements,
                                  0,
                                  {}});
  }

  /// Stores a value that the host or a later stage reads, or that no op on the core reads: somebody
  /// else will.
  void store_if_needed(ValueId id) {
    if (readers_[id] > 0 && !stored_.contains(id)) return;
    for (std::uint32_t k = 0; k < values_[id].size(); ++k) {
      const std::uint32_t sym =
          symbol(fmt::format("{}[{}]", trace_.values[id].name, k), Symbol::Kind::vector);
      emit(Opcode::sv, "", values_[id][k], no_vector, sym);
    }
  }

  // ---- ops -----------------------------------------------------------------------------------

  /// x / rms(x) * w, x of `elements` elements in several vectors. The scale over all vectors comes
  /// first; `scaled(k)` then gives the k-th result, so that a caller can put work between them.
  void root_mean_square(const Chunks& x) {
    if (core_.has(Opcode::norm)) {
      if (x.size() > 1) {
        refuse(fmt::format("needs an RMS norm over {} vectors, 'norm' of core '{}' covers one "
                           "of {} elements",
                           x.size(), core_.name, core_.vector_length),
               "build the core for a vector_length of at least the vector, e.g. --dim");
      }
      return;
    }
    if (!require(Opcode::clear) || !require(Opcode::accumulate) || !require(Opcode::finish) ||
        !require(Opcode::normalize)) {
      return;
    }
    emit(Opcode::clear, "");
    for (const VectorId v : x) emit(Opcode::accumulate, "", v);
    emit(Opcode::finish, "");
  }

  VectorId scaled(const Chunks& x, const Chunks& weights, std::size_t k, const std::string& name) {
    const Opcode op = core_.has(Opcode::norm) ? Opcode::norm : Opcode::normalize;
    const VectorId n = emit(op, name + ".normalized", x[k]);
    return emit(Opcode::mul, name, n, weights[k]);
  }

  void rms_norm(const Op& op) {
    const Chunks x = chunks(op.inputs[0]);
    const Chunks w = parameters(op.name + ".weight", trace_.elements(op.inputs[0]));
    root_mean_square(x);
    Chunks out;
    for (std::size_t k = 0; k < x.size(); ++k) out.push_back(scaled(x, w, k, op.name));
    values_[op.outputs[0]] = out;
  }

  void bit_linear(const Op& op) {
    if (core_.unit_for(NumberFormat::ternary) == nullptr) {
      refuse(fmt::format("needs a unit for ternary weights, core '{}' has none", core_.name),
             "describe ternary, or the format ternary of mac");
      return;
    }
    const std::uint32_t inputs = trace_.elements(op.inputs[0]);
    Chunks x;
    Chunks w;
    Chunks in;
    if (host_prepares(op)) {
      in = x = parameters(op.name + ".in", inputs);
    } else {
      x = chunks(op.inputs[0]);
      w = parameters(op.name + ".norm.weight", inputs);
      in.resize(x.size(), no_vector);
      root_mean_square(x);
    }
    products(op, x, w, in);
  }

  /// Weights of an op of its own format, its input as it is.
  void linear(const Op& op) {
    const NumberFormat format = weights_of(op).format;
    if (core_.unit_for(format) == nullptr) {
      refuse(fmt::format("needs a unit for {} weights, core '{}' has none", name_of(format),
                         core_.name),
             "describe mac with that format, or map the op to the host");
      return;
    }
    const Chunks x = chunks(op.inputs[0]);
    Chunks in = x;
    products(op, x, {}, in);
  }

  /// How the mapping wants an op's product cut.
  [[nodiscard]] ProductSpec cut(const Op& op) {
    const auto* said = mapping_.product_of(op);
    if (said == nullptr) return {};
    const ProductSpec& p = said->second;
    if (p.outputs > 0 && !sized()) {
      refuse(
          fmt::format("is cut into tiles of {} outputs by mapping.products.{}, core '{}' works on "
                      "whole tiles of {} x {}",
                      p.outputs, said->first, core_.name, core_.vector_length, core_.vector_length),
          "leave out outputs, or give the core another vector_length");
    } else if (p.outputs > core_.outputs()) {
      refuse(
          fmt::format("is cut into tiles of {} outputs by mapping.products.{}, core '{}' has room "
                      "for {}",
                      p.outputs, said->first, core_.name, core_.outputs()),
          "write a smaller outputs, or give the core a larger output_length");
    }
    return p;
  }

  void products(const Op& op, const Chunks& x, const Chunks& w, Chunks& in) {
    const ProductSpec how = cut(op);
    if (sized()) return sized_products(op, x, w, in, how);
    std::vector<std::uint32_t> columns;
    for (const ValueId output : op.outputs) {
      columns.resize(columns.size() + chunk_count(trace_.elements(output)), 0);
    }
    std::size_t column = 0;
    const Chunks sums = sums_of(op, x, w, in, columns, how.order, [](auto, auto) {});
    for (const ValueId output : op.outputs) {
      for (std::uint32_t j = 0; j < chunk_count(trace_.elements(output)); ++j, ++column) {
        values_[output].push_back(sums[column]);
      }
    }
  }

  /// All outputs of an op are one matrix. Unless an op on the core reads the only one, they go to
  /// memory at once, as long as a product can make them.
  void sized_products(const Op& op, const Chunks& x, const Chunks& w, Chunks& in,
                      const ProductSpec& how) {
    std::uint32_t total = 0;
    for (const ValueId v : op.outputs) total += trace_.elements(v);
    const bool stays = op.outputs.size() == 1 && readers_[op.outputs[0]] > 0;
    std::uint32_t limit = stays ? std::min(core_.vector_length, core_.outputs()) : core_.outputs();
    if (how.outputs > 0) limit = std::min(limit, how.outputs);
    std::vector<std::uint32_t> columns;
    for (std::uint32_t k = 0; k * limit < total; ++k) columns.push_back(piece(total, k, limit));
    sums_of(op, x, w, in, columns, how.order, [&](std::size_t column, VectorId sum) {
      if (stays) {
        values_[op.outputs[0]].push_back(sum);
      } else {
        const auto out = symbol(fmt::format("{}.out[{}]", op.name, column), Symbol::Kind::vector);
        emit(Opcode::sv, "", sum, no_vector, out);
      }
    });
  }

  /// The sums of every column over all tiles in it; `columns` has the outputs of each, 0 for D.
  /// `finished(column, sum)` is called as soon as a sum is, in the order of the columns.
  template <class Finished>
  Chunks sums_of(const Op& op, const Chunks& x, const Chunks& w, Chunks& in,
                 const std::vector<std::uint32_t>& columns, LoopOrder order, Finished&& finished) {
    Chunks sums(columns.size(), no_vector);
    if (order == LoopOrder::by_output) {
      for (std::size_t c = 0; c < columns.size(); ++c) {
        for (std::size_t k = 0; k < x.size(); ++k) {
          const bool goes_on = matrix_unit(op).accumulates_over_tiles && k + 1 < x.size();
          sums[c] = tile(op, x, w, in, k, c, columns[c], sums[c], goes_on);
        }
        finished(c, sums[c]);
      }
      return sums;
    }
    for (std::size_t k = 0; k < x.size(); ++k) {
      for (std::size_t c = 0; c < columns.size(); ++c) {
        sums[c] = tile(op, x, w, in, k, c, columns[c], sums[c], false);
        if (k + 1 == x.size()) finished(c, sums[c]);
      }
    }
    return sums;
  }

  /// Adds a tile's product to the sum of its column. An input is normalised when it is first
  /// needed, so that the later ones are made while an earlier GO runs. `goes_on`: the next tile
  /// adds to the sums that the unit keeps.
  VectorId tile(const Op& op, const Chunks& x, const Chunks& w, Chunks& in, std::size_t k,
                std::size_t column, std::uint32_t outputs, VectorId sum, bool goes_on) {
    if (in[k] == no_vector) in[k] = scaled(x, w, k, fmt::format("{}.in[{}]", op.name, k));
    const auto weights =
        symbol(fmt::format("{}.weight[{}][{}]", op.name, k, column), Symbol::Kind::matrix);
    code_.symbols[weights].zeros = op.zeros;
    code_.symbols[weights].weights = weights_of(op);
    const std::string name = fmt::format("{}[{}]", op.name, column);
    if (core_.has(Opcode::tmatmul)) {
      return add_up(sum, emit(Opcode::tmatmul, name, in[k], no_vector, weights, 0, outputs), name);
    }
    if (imported_ != in[k] || !matrix_unit(op).keeps_input) {
      emit(Opcode::import_vector, "", in[k]);
    }
    imported_ = in[k];
    emit(Opcode::go, "", no_vector, no_vector, weights, code_.vectors[in[k]].elements, outputs);
    if (goes_on) return sum;
    const VectorId part = make(name, outputs);
    pending_sums_ = part;
    pending_op_ = at_;
    if (mapping_.export_sums == Export::at_once) export_sums();
    return add_up(sum, part, name);
  }

  /// Instructions of attention take their sizes with them, on every core.
  VectorId emit_attention(Opcode op, const std::string& name, VectorId source,
                          const std::string& cache, std::uint32_t elements, AttentionSize size) {
    const OperandShape shape = shape_of(op);
    if (source != no_vector && source == pending_sums_) export_sums();
    VectorInstruction out{op, no_vector, source, no_vector, 0, at_, elements, 0, size};
    if (shape.destination) out.dst = make(name, sized() ? elements : 0);
    if (shape.address) {
      out.symbol = symbol(cache, Symbol::Kind::cache);
      Instruction longest{op};
      longest.elements = elements;
      longest.attention = size;
      grow(out.symbol, later_by(longest, steps_.later_positions()));
    }
    code_.instructions.push_back(out);
    return out.dst;
  }

  void attention(const Op& op) {
    if (!core_.attention) {
      refuse(fmt::format("needs an attention unit, which core '{}' does not have", core_.name),
             "describe one under 'attention' of the core, or map 'attention' to the host");
      return;
    }
    const AttentionShape& shape = *op.attention;
    std::array<VectorId, 3> in{};
    for (std::size_t k = 0; k < in.size(); ++k) {
      const Chunks& c = chunks(op.inputs[k]);
      if (c.size() > 1) {
        refuse(fmt::format("works on {} elements, a vector register of core '{}' holds {}",
                           trace_.elements(op.inputs[k]), core_.name, core_.vector_length),
               "build the core for a vector_length of at least the vector, e.g. --dim");
        return;
      }
      in[k] = c.front();
    }
    const std::uint64_t last = std::uint64_t{shape.context} + steps_.later_positions();
    if (shape.heads * last > core_.attention->scores) {
      refuse(
          fmt::format("has {} scores in the last step ({} heads x {} positions), the score buffer "
                      "of core '{}' holds {}",
                      shape.heads * last, shape.heads, last, core_.name, core_.attention->scores),
          "run fewer positions, or give the core a larger attention.scores");
      return;
    }
    const AttentionSize row{shape.context, shape.heads, 1, shape.cache};
    AttentionSize products = row;
    products.shared = shape.heads / shape.kv_heads;
    const std::string keys = op.name + ".keys";
    const std::string values = op.name + ".values";
    const std::uint32_t width = trace_.elements(op.inputs[0]);
    emit_attention(Opcode::append, "", in[1], keys, trace_.elements(op.inputs[1]), row);
    emit_attention(Opcode::append, "", in[2], values, trace_.elements(op.inputs[2]), row);
    emit_attention(Opcode::scores, "", in[0], keys, width, products);
    emit_attention(Opcode::softmax, "", no_vector, "", 0, row);
    values_[op.outputs[0]] = {
        emit_attention(Opcode::values, op.name, no_vector, values, width, products)};
  }

  /// (x - mean(x)) / deviation(x), then weight and bias.
  void layer_norm(const Op& op) {
    const Chunks x = chunks(op.inputs[0]);
    if (!require(Opcode::layer_norm)) return;
    if (x.size() > 1) {
      refuse(
          fmt::format("needs a layer norm over {} vectors, 'layer_norm' of core '{}' covers one of "
                      "{} elements",
                      x.size(), core_.name, core_.vector_length),
          "build the core for a vector_length of at least the vector, e.g. --dim");
      return;
    }
    const Chunks w = parameters(op.name + ".weight", trace_.elements(op.inputs[0]));
    const Chunks b = parameters(op.name + ".bias", trace_.elements(op.inputs[0]));
    const VectorId n = emit(Opcode::layer_norm, op.name + ".normalized", x[0]);
    values_[op.outputs[0]] = {
        emit(Opcode::add, op.name, emit(Opcode::mul, op.name, n, w[0]), b[0])};
  }

  /// A row-wise op of one operand that is one instruction.
  void element_wise(const Op& op, Opcode code) {
    if (!require(code)) return;
    row_wise(op, [&](auto, VectorId x, auto) { return emit(code, op.name, x); });
  }

  VectorId add_up(VectorId sum, VectorId part, const std::string& name) {
    if (sum == no_vector) return part;
    if (!core_.has(Opcode::add)) {
      refuse(
          fmt::format("needs a product over {} inputs, core '{}' takes {} at a time and has no "
                      "'add' to sum up the parts",
                      trace_.elements(trace_.ops[at_].inputs[0]), core_.name, core_.vector_length),
          "give the core a larger vector_length or the instruction 'add', or map the op to the "
          "host");
      return sum;
    }
    return emit(Opcode::add, name, sum, part);
  }

  VectorId emit_exchange(Opcode op, const std::string& name, VectorId source,
                         std::uint32_t elements, std::uint32_t whole) {
    if (source != no_vector && source == pending_sums_) export_sums();
    VectorInstruction out{op, no_vector, source, no_vector, 0, at_, elements, whole, {}};
    if (shape_of(op).destination) out.dst = make(name, sized() ? elements : 0);
    code_.instructions.push_back(out);
    return out.dst;
  }

  /// The first gather waits for the whole vector, the others take the rest of it.
  void all_gather(const Op& op) {
    if (mapping_.tensor() <= 1) {
      refuse("brings shards together, and the mapping has one kernel for a model",
             "set mapping.parallel.tensor");
      return;
    }
    const std::uint32_t d = core_.vector_length;
    const std::uint32_t own = trace_.elements(op.inputs[0]);
    const std::uint32_t whole = trace_.elements(op.outputs[0]);
    const Chunks shard = chunks(op.inputs[0]);
    for (std::uint32_t k = 0; k < shard.size(); ++k) {
      emit_exchange(Opcode::send, "", shard[k], std::min(d, own - k * d), 0);
    }
    Chunks out;
    for (std::uint32_t k = 0; k < chunk_count(whole); ++k) {
      out.push_back(emit_exchange(Opcode::gather, fmt::format("{}[{}]", op.name, k), no_vector,
                                  std::min(d, whole - k * d), k == 0 ? whole : 0));
    }
    values_[op.outputs[0]] = out;
  }

  /// A row-wise op, vector by vector.
  template <class F>
  void row_wise(const Op& op, F&& f) {
    std::vector<Chunks> in;
    for (const ValueId v : op.inputs) in.push_back(chunks(v));
    Chunks out;
    for (std::size_t k = 0; k < chunk_count(trace_.elements(op.outputs[0])); ++k) {
      out.push_back(f(k, in[0][k], in.size() > 1 ? in[1][k] : no_vector));
    }
    values_[op.outputs[0]] = out;
  }

  void lower_op(const Op& op) {
    const std::string& n = op.name;
    const std::uint32_t elements = op.inputs.empty() ? 0 : trace_.elements(op.inputs[0]);
    switch (op.kind) {
      case OpKind::rms_norm:
        rms_norm(op);
        break;
      case OpKind::bit_linear:
        bit_linear(op);
        break;
      case OpKind::sigmoid:
        element_wise(op, Opcode::sig);
        break;
      case OpKind::gelu:
        element_wise(op, Opcode::gelu);
        break;
      case OpKind::squared_relu:
        element_wise(op, Opcode::relu2);
        break;
      case OpKind::rotary:
        element_wise(op, Opcode::rotary);
        break;
      case OpKind::linear:
        linear(op);
        break;
      case OpKind::attention:
        attention(op);
        break;
      case OpKind::layer_norm:
        layer_norm(op);
        break;
      case OpKind::all_gather:
        all_gather(op);
        break;
      case OpKind::silu:
        row_wise(op, [&](auto, VectorId x, auto) {
          if (core_.has(Opcode::silu)) return emit(Opcode::silu, n, x);
          if (!require(Opcode::sig)) return x;
          return emit(Opcode::mul, n, emit(Opcode::sig, n + ".sigmoid", x), x);
        });
        break;
      case OpKind::complement: {
        const VectorId ones = in_memory("ones", piece(elements, 0, core_.vector_length));
        row_wise(op, [&](auto, VectorId x, auto) { return emit(Opcode::sub, n, ones, x); });
        break;
      }
      case OpKind::lower_bound: {
        const Chunks bound = parameters(n + ".bound", elements);
        const Chunks rest = parameters(n + ".rest", elements);
        row_wise(op, [&](std::size_t k, VectorId x, auto) {
          return emit(Opcode::add, n, emit(Opcode::mul, n + ".scaled", x, rest[k]), bound[k]);
        });
        break;
      }
      case OpKind::multiply:
        row_wise(op, [&](auto, VectorId a, VectorId b) { return emit(Opcode::mul, n, a, b); });
        break;
      case OpKind::add:
        row_wise(op, [&](auto, VectorId a, VectorId b) { return emit(Opcode::add, n, a, b); });
        break;
      case OpKind::recurrence:
        row_wise(op, [&](std::size_t k, VectorId f, VectorId i) {
          const std::string state = fmt::format("{}.state[{}]", n, k);
          VectorId h = in_memory(state, code_.vectors[f].elements);
          // Lanes at tokens that follow each other take their turns: each needs the state before.
          for (std::uint32_t token = 0; token < steps_.tokens_at_once; ++token) {
            h = emit(Opcode::add, n, emit(Opcode::mul, n + ".kept", f, h), i);
          }
          emit(Opcode::sv, "", h, no_vector, symbol(state, Symbol::Kind::vector));
          return h;
        });
        break;
      case OpKind::embedding:
        refuse("a table look-up cannot run on a ternary core",
               "map 'embedding' to the host, or exclude it");
        return;
    }
    for (const ValueId v : op.outputs) store_if_needed(v);
  }

  const Trace& trace_;
  const MappingSpec& mapping_;
  const CoreSpec& core_;
  std::array<std::optional<bool>, EnumNames<Opcode>::names.size()> has_{};  ///< asked for often
  LoweredSteps steps_;
  OpRange range_;
  VectorCode code_;
  std::map<std::string, std::size_t> symbols_;
  std::vector<Chunks> values_;
  std::map<ValueId, std::uint32_t> readers_;  ///< ops on the core that read a value
  std::set<ValueId> stored_;                  ///< values that the host or a later stage reads
  std::uint32_t at_ = 0;
  VectorId imported_ = no_vector;
  std::optional<VectorId> pending_sums_;
  std::uint32_t pending_op_ = 0;
  std::vector<std::pair<Problem, int>> refused_;  ///< with the number of others like it
};

}  // namespace

Place place_of(const Trace& /*trace*/, const Op& op, const MappingSpec& mapping) {
  return mapping.place_of(op).place;
}

CoreSpec core_without_times(CoreSpec core) {
  core.clock = {};
  core.memory_port = {};
  core.issue = {};
  if (core.ternary) {
    core.ternary->ternaries_per_cycle = 1;
    core.ternary->fifo = {};
    core.ternary->fetch = {};
  }
  return core;
}

Program lower(const Trace& trace, const MappingSpec& mapping, const CoreSpec& core,
              std::uint32_t lanes, const LoweredSteps& steps, OpRange range, Apart apart,
              Problems& problems) {
  const std::size_t before = problems.size();
  VectorCode code = Lowering(trace, mapping, core, steps, range).run(problems);
  if (problems.size() > before) return {};
  Program program = allocate_registers(std::move(code), core.registers, mapping.spill);
  program.positions_per_step = steps.tokens_at_once;
  place_symbols(program, core, lanes, apart);
  return program;
}

Program lower(const Trace& trace, const MappingSpec& mapping, const CoreSpec& core,
              std::uint32_t lanes, const LoweredSteps& steps) {
  Problems problems;
  const Apart apart{!mapping.vectors_in.empty(), !mapping.kv_in.empty(),
                    mapping.vectors_in == mapping.kv_in};
  Program program =
      lower(trace, mapping, core, lanes, steps, {0, trace.ops.size()}, apart, problems);
  problems.raise();
  return program;
}

}  // namespace tritsim
