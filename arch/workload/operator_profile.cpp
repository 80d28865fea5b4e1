// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/operator_profile.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "arch/base/json.hpp"
#include "arch/base/reader.hpp"

namespace tritsim {
namespace {

constexpr std::uint64_t longest_table = 16 << 20;

using Shape = std::vector<std::uint64_t>;

std::uint64_t elements(const Shape& shape) {
  std::uint64_t n = 1;
  for (const std::uint64_t d : shape) n *= d;
  return n;
}

/// Vectors have a dimension for the token; constants of the model do not.
bool is_vector(const Shape& shape) {
  return shape.size() > 1 && elements(shape) > 1;
}

/// A vector seen as heads: [1, heads, channels].
bool in_heads(const Shape& shape) {
  return shape.size() == 3 && shape[1] > 1;
}

/// Operators that others call, that move data, or that choose the token.
const std::set<std::string_view> passed_over{
    "aten::index_select", "aten::_fused_rms_norm", "aten::matmul", "aten::mm", "aten::addmm",
    "aten::t", "aten::copy_", "aten::argmax", "aten::cat", "aten::index_copy_", "aten::sub",
    // of the int8 quantisation, which aten::round stands for
    "aten::abs", "aten::amax", "aten::clamp", "aten::reciprocal", "aten::div",
    "aten::_scaled_dot_product_cudnn_attention", "aten::_cudnn_attention_forward"};

/// One row of the table.
struct Row {
  std::string name;
  std::vector<Shape> shapes;
};

Operator vector_op(std::string_view word, const Shape& shape) {
  return {std::string(word), {elements(shape)}};
}

/// mul and add: of two vectors, of a vector and a constant of the model (b + (1 - b) x, of which
/// the product is counted), of the parts of a rotary embedding (which neg stands for), of a scale.
std::optional<Operator> pointwise(const Row& row, bool& part) {
  const Shape& a = row.shapes[0];
  const Shape& b = row.shapes.size() > 1 ? row.shapes[1] : a;
  part = true;
  if (elements(a) <= 1 || elements(b) <= 1 || in_heads(a)) return {};
  const bool product = row.name == "aten::mul";
  if (is_vector(a) && is_vector(b)) return vector_op(product ? "multiply" : "add", a);
  if (product && a.size() == 1 && is_vector(b)) return vector_op("lower_bound", b);
  part = !product && a.size() == 1 && is_vector(b);
  return {};
}

/// What a row counts as; nothing, with `part`, if another row counts for it.
std::optional<Operator> operator_of(const Row& row, bool& part) {
  part = passed_over.contains(row.name);
  if (part || row.shapes.empty()) return {};
  const Shape& first = row.shapes[0];
  if (row.name == "aten::mul" || row.name == "aten::add") return pointwise(row, part);
  if (row.name == "aten::linear" && row.shapes.size() > 1 && row.shapes[1].size() == 2) {
    return Operator{"matrix", row.shapes[1]};
  }
  if (row.name == "aten::embedding" && first.size() == 2) return Operator{"embedding", {first[1]}};
  if (row.name == "aten::scaled_dot_product_attention" && row.shapes.size() > 1 &&
      first.size() == 4 && row.shapes[1].size() == 4) {
    return Operator{"attention", {elements(first), row.shapes[1][2]}};
  }
  if (row.name == "aten::rms_norm") return vector_op("norm", first);
  if (row.name == "aten::layer_norm") return vector_op("layer_norm", first);
  if (row.name == "aten::round") return vector_op("quantise", first);
  if (row.name == "aten::neg" && in_heads(first)) return Operator{"rotary", {2 * elements(first)}};
  for (const OpTraits& kind : op_table) {
    const std::string_view aten = kind.details.aten;
    if (!aten.empty() && row.name == fmt::format("aten::{}", aten)) {
      return vector_op(kind.name, first);
    }
  }
  if (row.name == "aten::rsub") {
    part = !is_vector(first);  // 1 - b, of a lower bound
    if (!part) return vector_op("complement", first);
  }
  return {};
}

/// Shapes from their text; arguments that are lists of tensors have none.
std::vector<Shape> shapes_of(const Node& node, Problems& problems, const std::string& path) {
  std::vector<Shape> shapes;
  const Node list = parse_json(node.text, node.mark, problems, {4, 1000});
  for (const Node& argument : list.items) {
    Shape& shape = shapes.emplace_back();
    for (const Node& item : argument.items) {
      std::uint64_t n = 0;
      if (item.kind != Node::Kind::scalar || parse_scalar(item.text, n) || n > (1U << 30)) {
        problems.add(node.mark, path, fmt::format("'{}' is no size", item.text),
                     "give whole numbers up to 2^30");
        return {};
      }
      shape.push_back(n);
    }
    std::uint64_t all = 1;
    for (const std::uint64_t d : shape) {
      if (__builtin_mul_overflow(all, d, &all) || all > (std::uint64_t{1} << 53)) {
        problems.add(node.mark, path, "a shape is larger than any memory", "check the shapes");
        return {};
      }
    }
  }
  return shapes;
}

void read_row(const Node& node, std::size_t i, OperatorProfile& out, Problems& problems) {
  const Node* name = node.find("name");
  const Node* shapes = node.find("shapes");
  const Node* count = node.find("count");
  std::uint64_t n = 0;
  if (name == nullptr || shapes == nullptr || count == nullptr ||
      shapes->kind != Node::Kind::scalar || name->kind != Node::Kind::scalar ||
      parse_scalar(count->text, n) || n > (std::uint64_t{1} << 40)) {
    problems.add(node.mark, fmt::format("{}", i), "is no row of a profiler's table",
                 "a row has a name, shapes as a text, and a count");
    return;
  }
  const Row row{name->text, shapes_of(*shapes, problems, fmt::format("{}.shapes", i))};
  if (row.shapes.empty() || !row.name.starts_with("aten::")) return;
  bool part = false;
  if (const auto op = operator_of(row, part)) {
    out.counts[*op] += n;
  } else if (!part) {
    out.unknown.push_back(fmt::format("{} {}", row.name, shapes->text));
  }
}

void add_matrix(OperatorCounts& out, const Op& op, std::uint64_t rows, std::uint64_t columns) {
  if (traits_of(op.kind).details.normalises_input) {
    ++out[{"norm", {columns}}];
    ++out[{"quantise", {columns}}];
  }
  ++out[{"matrix", {rows, columns}}];
}

void add_vector_op(OperatorCounts& out, const Trace& trace, const Op& op) {
  const std::uint64_t n = trace.elements(op.outputs.front());
  if (op.attention) {
    ++out[{"attention", {n, op.attention->context}}];
    return;
  }
  const OpTraits& traits = traits_of(op.kind);
  if (traits.details.counted_as[0].empty()) ++out[vector_op(traits.name, {n})];
  for (const std::string_view word : traits.details.counted_as) {
    if (!word.empty()) ++out[vector_op(word, {n})];
  }
}

}  // namespace

OperatorProfile parse_profile(std::string_view text, const std::string& path) {
  Problems problems;
  const Node table = parse_json(text, {path, 1, 1}, problems, {4, 400'000});
  if (problems.empty() && table.kind != Node::Kind::sequence) {
    problems.add(table.mark, "", "expected a list of rows", "is it a profiler's table?");
  }
  OperatorProfile out;
  for (std::size_t i = 0; i < table.items.size() && problems.size() < 20; ++i) {
    read_row(table.items[i], i, out, problems);
  }
  problems.raise();
  return out;
}

OperatorProfile read_profile(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw ConfigError(fmt::format("{}: cannot open the file; check the path", path));
  if (size > longest_table) {
    throw ConfigError(fmt::format("{}: {} bytes, more than {}; is it the right file?", path, size,
                                  longest_table));
  }
  return parse_profile(read_file(path), path);
}

OperatorCounts operators_of(const Trace& trace, const OperatorCounts& like) {
  OperatorCounts out;
  std::map<ValueId, std::vector<const Op*>> readers;  // products by what they read
  for (const Op& op : trace.ops) {
    if (trace.weights(op) == 0) {
      add_vector_op(out, trace, op);
    } else {
      readers[op.inputs.front()].push_back(&op);
    }
  }
  for (const auto& [input, ops] : readers) {
    const std::uint64_t columns = trace.elements(input);
    std::uint64_t rows = 0;
    for (const Op* op : ops) rows += trace.weights(*op) / columns;
    if (like.contains({"matrix", {rows, columns}})) {
      add_matrix(out, *ops.front(), rows, columns);
      continue;
    }
    for (const Op* op : ops) add_matrix(out, *op, trace.weights(*op) / columns, columns);
  }
  return out;
}

}  // namespace tritsim
