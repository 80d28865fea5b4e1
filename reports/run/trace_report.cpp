// SPDX-License-Identifier: Apache-2.0
#include "reports/run/trace_report.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/text/number.hpp"

namespace tritsim {
namespace {

std::string integer(std::uint64_t n) {
  return count(static_cast<double>(n));
}

void add(TraceFigures& sum, const TraceFigures& f) {
  sum.ops += f.ops;
  sum.weights += f.weights;
  sum.weight_bytes += f.weight_bytes;
  sum.vector_bytes += f.vector_bytes;
  sum.attended += f.attended;
  sum.measured += f.measured;
  sum.zeros += f.zeros;
}

/// Matrices of a block, counted by shape.
using Shapes = std::map<std::pair<std::uint64_t, std::uint64_t>, int>;

std::vector<std::string> shapes_of(const Shapes& shapes) {
  std::vector<std::string> out;
  for (const auto& [shape, number] : shapes) {
    out.push_back(fmt::format("{}{}x{}", number > 1 ? fmt::format("{} of ", number) : "",
                              shape.first, shape.second));
  }
  return out;
}

std::vector<std::string> row_of(const std::string& name, const TraceFigures& f) {
  const auto bytes = static_cast<double>(f.weight_bytes + f.vector_bytes);
  return {name,
          integer(f.ops),
          fmt::format("{}", fmt::join(f.shapes, ", ")),
          integer(f.weights),
          si(static_cast<double>(f.weight_bytes), "B"),
          si(static_cast<double>(f.vector_bytes), "B"),
          si(f.macs(), ""),
          si(f.additions(), ""),
          f.measured == 0 ? "-" : percent(f.zeros / static_cast<double>(f.measured)),
          significant(ratio(f.macs(), bytes))};
}

std::string name_of_blocks(std::int32_t first, std::int32_t last) {
  if (first == Op::no_layer) return "outside";
  return first == last ? fmt::format("{}", first) : fmt::format("{} - {}, each", first, last);
}

}  // namespace

std::vector<BlockFigures> figures_of(TraceReader& reader) {
  std::vector<BlockFigures> blocks;
  std::vector<Shapes> shapes;
  std::map<std::int32_t, std::size_t> index;
  std::vector<std::uint64_t> bytes;     // of each vector
  std::vector<std::uint64_t> elements;  // the same
  while (const auto line = reader.next()) {
    const auto [it, fresh] = index.try_emplace(line->op.layer, blocks.size());
    if (fresh) {
      blocks.push_back({line->op.layer, {}});
      shapes.emplace_back();
    }
    TraceFigures& f = blocks[it->second].figures;
    ++f.ops;
    for (const ValueId v : line->op.inputs) f.vector_bytes += bytes[v];
    for (const Value& v : line->values) {
      bytes.push_back(stored_bytes(line->type, v.elements));
      elements.push_back(v.elements);
      f.vector_bytes += bytes.back();
    }
    if (const auto& a = line->op.attention) {
      const ValueId* in = line->op.inputs.data();  // query, key, value
      f.attended += 2 * elements[in[0]] * a->context;
      const std::uint64_t kept = (elements[in[1]] + elements[in[2]]) * a->context;
      f.vector_bytes += stored_bytes(element_type(a->cache), kept);
    }
    if (!line->matrix) continue;
    const Matrix& m = *line->matrix;
    const std::uint64_t weights = m.rows * m.columns;
    f.weights += weights;
    f.weight_bytes += m.bytes;
    ++shapes[it->second][{m.rows, m.columns}];
    if (m.statistics && m.type == ElementType::ternary) {
      f.measured += weights;
      f.zeros += m.statistics->zero * static_cast<double>(weights);
    }
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i].figures.shapes = shapes_of(shapes[i]);
  return blocks;
}

Table trace_table(const TraceHeader& header, const std::vector<BlockFigures>& blocks) {
  Table t;
  t.title = fmt::format("{}, one token", header.model.name);
  t.columns = {{"block"},
               number_column("ops"),
               {"matrices"},
               number_column("weights"),
               number_column("weight bytes"),
               number_column("vector bytes"),
               number_column("MACs"),
               number_column("additions"),
               number_column("zeros"),
               number_column("MACs/B")};
  TraceFigures sum;
  for (std::size_t i = 0; i < blocks.size();) {
    std::size_t last = i;
    while (last + 1 < blocks.size() && blocks[last + 1].layer == blocks[last].layer + 1 &&
           blocks[i].layer != Op::no_layer && blocks[last + 1].figures == blocks[i].figures) {
      ++last;
    }
    t.rows.push_back(
        row_of(name_of_blocks(blocks[i].layer, blocks[last].layer), blocks[i].figures));
    for (; i <= last; ++i) add(sum, blocks[i].figures);
  }
  t.rows.push_back(row_of("total", sum));
  t.last_is_total = true;
  t.note =
      "MACs: one per weight, and two per query channel and position of attention. Additions: those "
      "left for a unit that skips zeros of ternary matrices; weights without statistics count as "
      "non-zero. Vector bytes: what each op reads and writes, and the cache. MACs/B: per byte of "
      "weights and vectors, with one sequence and nothing kept on chip.";
  return t;
}

Table statistics_table(const TraceFile& file) {
  Table t;
  t.title = "Weights as ternary codes";
  t.columns = {{"matrix"},
               number_column("rows"),
               number_column("columns"),
               number_column("-1"),
               number_column("0"),
               number_column("+1"),
               number_column("scale"),
               number_column("bit/weight"),
               number_column("zeros by row"),
               number_column("zeros by block")};
  const auto spread = [](const Spread& s) {
    return fmt::format("{} - {}", percent(s.min), percent(s.max));
  };
  for (const TraceLine& line : file.lines) {
    if (!line.matrix || !line.matrix->statistics) continue;
    const MatrixStatistics& s = *line.matrix->statistics;
    t.rows.push_back({line.op.name, integer(line.matrix->rows), integer(line.matrix->columns),
                      percent(s.minus), percent(s.zero), percent(s.plus), significant(s.scale),
                      significant(s.entropy, 4), spread(s.row_zeros), spread(s.block_zeros)});
  }
  t.note = "Absmean quantisation, arXiv 2402.17764. Block: neighbouring columns, over all rows.";
  return t;
}

Table activation_table(const TraceFile& file) {
  Table t;
  t.title = "Vectors as int8 codes";
  t.columns = {{"op"},
               {"kind"},
               number_column("elements"),
               number_column("tokens"),
               number_column("zeros"),
               number_column("toggles"),
               number_column("largest")};
  const auto mean = [](const std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) sum += x;
    return sum / static_cast<double>(v.size());
  };
  for (const TraceLine& line : file.lines) {
    if (!line.activations) continue;
    const ActivationStatistics& s = *line.activations;
    std::uint64_t elements = 0;
    for (const Value& v : line.values) elements += v.elements;
    t.rows.push_back({line.op.name, std::string(name_of(line.op.kind)), integer(elements),
                      integer(s.zeros.size()), percent(mean(s.zeros)), percent(mean(s.toggles)),
                      significant(*std::max_element(s.absmax.begin(), s.absmax.end()))});
  }
  t.note =
      "Codes: round(127 x / absmax), per token. Zeros: codes that are 0. Toggles: bits that differ "
      "from the code of the previous channel. Both are means over the tokens.";
  return t;
}

}  // namespace tritsim
