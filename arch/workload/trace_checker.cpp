// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace_checker.hpp"

#include <fmt/format.h>

namespace tritsim {
namespace {

/// Keys that belong to one kind of op only.
void check_parts(const Op& op, Checker& c) {
  const OpTraits& traits = traits_of(op.kind);
  if (traits.details.names_weights != op.weights.has_value()) {
    c.fail("weights",
           fmt::format("'{}' is of kind '{}' and has {} format of weights", op.name,
                       name_of(op.kind), op.weights ? "a" : "no"),
           op.weights ? "remove it" : "give '\"weights\": {\"format\": ...}'");
  }
  if ((traits.shape == ShapeRule::attention) != op.attention.has_value()) {
    c.fail("attention",
           fmt::format("'{}' is of kind '{}' and has {} heads and context", op.name,
                       name_of(op.kind), op.attention ? "its own" : "no"),
           op.attention ? "remove them"
                        : "give '\"attention\": {\"heads\": ..., \"kv_heads\": ..., "
                          "\"context\": ...}'");
  }
}

/// Experts and states belong to kinds too.
void check_shapes_of_kind(const Op& op, Checker& c) {
  const ShapeRule shape = traits_of(op.kind).shape;
  if ((shape == ShapeRule::experts) != op.experts.has_value()) {
    c.fail("experts",
           fmt::format("'{}' is of kind '{}' and has {} experts", op.name, name_of(op.kind),
                       op.experts ? "its own" : "no"),
           op.experts ? "remove them" : "give '\"experts\": {\"count\": ..., \"chosen\": ...}'");
  } else if (op.experts && op.experts->chosen > op.experts->count) {
    c.fail("experts.chosen", fmt::format("is {}, of {}", op.experts->chosen, op.experts->count),
           "choose at most as many as there are");
  }
  const bool keeps = shape == ShapeRule::scan || op.kind == OpKind::convolution;
  if (keeps != op.state.has_value()) {
    c.fail("state",
           fmt::format("'{}' is of kind '{}' and has {} state", op.name, name_of(op.kind),
                       op.state ? "a" : "no"),
           op.state ? "remove it" : "give '\"state\": {\"elements\": ..., \"format\": ...}'");
  }
  if ((shape == ShapeRule::custom) != op.custom.has_value()) {
    c.fail("custom",
           fmt::format("'{}' is of kind '{}' and has {} counts", op.name, name_of(op.kind),
                       op.custom ? "its own" : "no"),
           op.custom ? "remove them" : "give '\"custom\": {\"adds\": ..., ...}'");
  }
  if (!op.experts) return;
  if (const std::string fault = op.experts->popularity_fault(); !fault.empty()) {
    c.fail("experts.popularity", fault,
           "give a number for each expert, e.g. how many tokens chose it");
  }
}

/// A role that the file states must be one that the kind can have.
void check_role(const TraceLine& line, Checker& c) {
  if (!line.role) return;
  const OpKind kind = line.op.kind;
  if ((kind == OpKind::embedding) != (*line.role == OpRole::embedding)) {
    c.fail("role", fmt::format("'{}' is of kind '{}'", line.op.name, name_of(kind)),
           "'embedding' is the role of an embedding, and its only one");
  } else if (*line.role == OpRole::lm_head && !is_matrix(kind)) {
    c.fail("role", fmt::format("'{}' is of kind '{}'", line.op.name, name_of(kind)),
           "'lm_head' is the role of a matrix product");
  }
}

}  // namespace

void TraceChecker::check(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  if (ops_.contains(op.name)) {
    c.fail("name", fmt::format("two ops are named '{}'", op.name), "rename one");
  }
  if (op.layer < Op::no_layer || op.layer >= 10000) {
    c.fail("layer", fmt::format("{} is no block", op.layer), "give -1, or a block from 0 to 9999");
  }
  if (op.inputs.size() > most_operands || op.outputs.size() > most_operands) {
    c.fail(op.inputs.size() > most_operands ? "inputs" : "outputs",
           fmt::format("more than {} vectors", most_operands), "split the op");
    return;
  }
  if (op.outputs.empty()) {
    c.fail("outputs", fmt::format("'{}' makes nothing", op.name), "give the index of its result");
  }
  check_parts(op, c);
  check_shapes_of_kind(op, c);
  check_role(line, c);
  if (check_numbers(line, c)) check_shape(line, c);
}

void TraceChecker::accept(const TraceLine& line) {
  ops_.insert(line.op.name);
  for (const Value& v : line.values) {
    values_.insert(v.name);
    elements_.push_back(v.elements);
  }
  if (line.matrix) weights_ += line.matrix->rows * line.matrix->columns;
}

/// True if the vectors that the line names are there, so that their lengths can be looked at.
bool TraceChecker::check_numbers(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  bool readable = true;
  for (const ValueId v : op.inputs) {
    if (v < elements_.size()) continue;
    readable = false;
    c.fail("inputs", fmt::format("'{}' reads value {}, which no op before it makes", op.name, v),
           "give the index of an earlier output");
  }
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    if (op.outputs[i] == elements_.size() + i) continue;
    c.fail("outputs", fmt::format("'{}' makes value {}", op.name, op.outputs[i]),
           fmt::format("values are numbered as they are made: it is {}", elements_.size() + i));
    return false;
  }
  if (line.values.size() != op.outputs.size()) {
    c.fail("values",
           fmt::format("{} vectors for {} outputs", line.values.size(), op.outputs.size()),
           "give one for each output");
    return false;
  }
  check_value_names(line, c);
  return readable;
}

void TraceChecker::check_value_names(const TraceLine& line, Checker& c) const {
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    const Value& v = line.values[i];
    bool twice = values_.contains(v.name);
    for (std::size_t k = 0; k < i; ++k) twice |= line.values[k].name == v.name;
    if (twice) {
      c.fail(fmt::format("values.{}.name", i), fmt::format("two values are named '{}'", v.name),
             "rename one");
    }
  }
}

void TraceChecker::check_shape(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  switch (traits_of(op.kind).shape) {
    case ShapeRule::none:
      break;
    case ShapeRule::same_length:
    case ShapeRule::gather:
      check_same_length(line, c);
      break;
    case ShapeRule::attention:
      if (op.attention) check_attention(line, c);
      break;
    case ShapeRule::choice:
    case ShapeRule::combine:
    case ShapeRule::scan:
      check_operands(line, c);
      break;
    case ShapeRule::custom:
      if (op.inputs.empty() || op.outputs.size() != 1) {
        c.fail(op.inputs.empty() ? "inputs" : "outputs",
               fmt::format("'{}' has {} inputs and {} outputs", op.name, op.inputs.size(),
                           op.outputs.size()),
               "a custom op reads one or more vectors and makes one");
      }
      break;
    case ShapeRule::experts:
    case ShapeRule::product:
      if (op.inputs.size() != traits_of(op.kind).inputs) {
        c.fail("inputs", fmt::format("'{}' reads {} values", op.name, op.inputs.size()),
               fmt::format("{} has {}", name_of(op.kind), traits_of(op.kind).inputs));
        return;
      }
      if (!line.matrix) {
        c.fail("", fmt::format("'{}' has no matrix", op.name),
               "add 'matrix' with rows, columns, type and bytes");
      }
      break;
  }
  if (line.matrix) check_matrix(line, c);
}

/// Vectors of ops that make one of another length.
void TraceChecker::check_operands(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  const OpTraits& traits = traits_of(op.kind);
  if (op.inputs.size() != traits.inputs || op.outputs.size() != 1) {
    c.fail(op.inputs.size() != traits.inputs ? "inputs" : "outputs",
           fmt::format("'{}' has {} inputs and {} outputs", op.name, op.inputs.size(),
                       op.outputs.size()),
           fmt::format("{} has {} and 1", name_of(op.kind), traits.inputs));
    return;
  }
  const std::uint64_t made = line.values[0].elements;
  const std::uint64_t first = elements_[op.inputs[0]];
  const bool fits = traits.shape == ShapeRule::choice    ? made <= first
                    : traits.shape == ShapeRule::combine ? made * elements_[op.inputs[1]] == first
                                                         : made == elements_[op.inputs[2]];
  if (fits) return;
  c.fail("values.0.elements",
         fmt::format("'{}' takes {} elements and makes {}", op.name, first, made),
         traits.shape == ShapeRule::choice    ? "top_k makes as many as it chooses"
         : traits.shape == ShapeRule::combine ? "combine makes a result of each share's expert"
                                              : "a scan makes as many as its value has");
}

void TraceChecker::check_same_length(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  const OpTraits& traits = traits_of(op.kind);
  if (op.inputs.size() != traits.inputs || op.outputs.size() != 1) {
    c.fail(op.inputs.size() != traits.inputs ? "inputs" : "outputs",
           fmt::format("'{}' has {} inputs and {} outputs", op.name, op.inputs.size(),
                       op.outputs.size()),
           fmt::format("{} has {} and 1", name_of(op.kind), traits.inputs));
  }
  if (traits.shape == ShapeRule::gather) return;
  for (const ValueId v : op.inputs) {
    if (op.outputs.size() != 1 || elements_[v] == line.values[0].elements) continue;
    c.fail("values.0.elements",
           fmt::format("'{}' takes {} elements and makes {}", op.name, elements_[v],
                       line.values[0].elements),
           fmt::format("{} keeps the length", name_of(op.kind)));
  }
}

void TraceChecker::check_latent(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  if (op.inputs.size() != 4 || op.outputs.size() != 1) {
    c.fail("inputs",
           fmt::format("'{}' has {} inputs and {} outputs", op.name, op.inputs.size(),
                       op.outputs.size()),
           "a latent_attention reads two parts of a query, a latent vector and a rotary key, and "
           "makes one vector");
    return;
  }
  const std::uint64_t heads = op.attention->heads;
  for (const std::size_t part : {0U, 1U}) {
    const std::uint64_t width = elements_[op.inputs[part + 2]];
    if (elements_[op.inputs[part]] == heads * width) continue;
    c.fail("attention.heads",
           fmt::format("a part of the query has {} elements", elements_[op.inputs[part]]),
           fmt::format("{} heads of {} channels have {}", heads, width, heads * width));
  }
  const std::uint64_t latents = heads * elements_[op.inputs[2]];
  if (line.values[0].elements != latents) {
    c.fail("values.0.elements", fmt::format("'{}' makes {}", op.name, line.values[0].elements),
           fmt::format("{} heads of the latent vector make {}", heads, latents));
  }
}

void TraceChecker::check_attention(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  const AttentionShape& a = *op.attention;
  if (op.kind == OpKind::latent_attention) {
    check_latent(line, c);
    return;
  }
  if (op.inputs.size() != 3 || op.outputs.size() != 1) {
    c.fail("inputs",
           fmt::format("'{}' has {} inputs and {} outputs", op.name, op.inputs.size(),
                       op.outputs.size()),
           "an attention reads query, key and value and makes one vector");
    return;
  }
  if (a.heads % a.kv_heads != 0) {
    c.fail("attention.kv_heads",
           fmt::format("{} query heads cannot share {} key and value heads evenly", a.heads,
                       a.kv_heads),
           "give a divisor of heads");
    return;
  }
  const std::uint64_t query = elements_[op.inputs[0]];
  if (query % a.heads != 0) {
    c.fail("attention.heads", fmt::format("{} heads do not divide {} elements", a.heads, query),
           "give a divisor of the query's length");
    return;
  }
  const std::uint64_t shared = query / a.heads * a.kv_heads;
  if (elements_[op.inputs[1]] != shared || elements_[op.inputs[2]] != shared) {
    c.fail("attention.kv_heads",
           fmt::format("key and value have {} and {} elements", elements_[op.inputs[1]],
                       elements_[op.inputs[2]]),
           fmt::format("{} heads of {} channels have {}", a.kv_heads, query / a.heads, shared));
  }
  if (line.values[0].elements != query) {
    c.fail("values.0.elements",
           fmt::format("'{}' takes a query of {} elements and makes {}", op.name, query,
                       line.values[0].elements),
           "attention keeps the query's length");
  }
}

void TraceChecker::check_matrix(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  const Matrix& m = *line.matrix;
  const std::uint64_t parts = op.experts && op.experts->own_input ? op.experts->chosen : 1;
  if (!op.inputs.empty() && m.columns * parts != elements_[op.inputs[0]]) {
    c.fail("matrix.columns",
           fmt::format("{} columns for {} input elements", m.columns, elements_[op.inputs[0]]),
           "a column takes one input element");
  }
  if (m.rows != elements_of(line.values)) {
    c.fail("matrix.rows",
           fmt::format("{} rows for {} output elements", m.rows, elements_of(line.values)),
           "a row makes one output element");
  }
  if (op.weights && m.type != element_type(op.weights->format)) {
    c.fail("matrix.type", fmt::format("is {}", name_of(m.type)),
           fmt::format("the format of its weights is {}", name_of(op.weights->format)));
    return;
  }
  const std::uint64_t weights = m.rows * m.columns;
  const std::uint64_t bytes =
      op.weights ? stored_bytes(*op.weights, weights) : stored_bytes(m.type, weights);
  if (m.bytes != bytes) {
    c.fail("matrix.bytes", fmt::format("{} bytes of {}", m.bytes, name_of(m.type)),
           fmt::format("{} x {} weights take {}", m.rows, m.columns, bytes));
  }
  if (weights > most_weights - weights_) {
    c.fail("matrix.rows", fmt::format("the trace has more than {} weights", most_weights),
           "check the shapes");
  }
}

}  // namespace tritsim
