// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "sim/study/fit.hpp"
#include "sim/study/validate.hpp"

namespace tritsim {
namespace {

/// The dimension of a text such as "38.9 W"; no units for a plain number.
Dimension dimension_of(const std::string& text) {
  const std::array dimensions{
      Dimension{"s", units_of<Time>()},       Dimension{"B", units_of<Bytes>()},
      Dimension{"Hz", units_of<Frequency>()}, Dimension{"J", units_of<Energy>()},
      Dimension{"W", units_of<Power>()},      Dimension{"J/B", units_of<EnergyPerByte>()},
      Dimension{"B/s", units_of<Bandwidth>()}};
  for (const Dimension& d : dimensions) {
    if (parse_quantity(text, d.units).si) return d;
  }
  return {};
}

double read_number(const std::string& text, const Dimension& d) {
  return d.units.empty() ? parse_number(text).value() : parse_quantity(text, d.units).si.value();
}

std::string write_number(double value, const Dimension& d) {
  return d.units.empty() ? format_number(value) : format_quantity(value, d.units);
}

const std::string& text_of(const Node& map, const char* key) {
  static const std::string none;
  const Node* n = map.kind == Node::Kind::map ? map.find(key) : nullptr;
  return n != nullptr ? n->text : none;
}

/// Whether a node is a coefficient.
bool has_figures(const Node& node) {
  return !text_of(node, "value").empty() && !text_of(node, "low").empty() &&
         !text_of(node, "confidence").empty();
}

FitCoefficient coefficient_of(const std::string& path, const Node& node) {
  FitCoefficient c{path, dimension_of(text_of(node, "value"))};
  c.low = read_number(text_of(node, "low"), c.dimension);
  c.value = read_number(text_of(node, "value"), c.dimension);
  c.high = read_number(text_of(node, "high"), c.dimension);
  return c;
}

/// Paths of the calibrated coefficients below a node, by common source; those without one have
/// their own path for it.
void collect_calibrated(const Node& node, const std::string& path,
                        std::vector<std::pair<std::string, FitCoefficient>>& out) {
  if (has_figures(node)) {
    if (text_of(node, "confidence") != name_of(Confidence::calibrated)) return;
    const std::string& common = text_of(node, "common_source");
    FitCoefficient c = coefficient_of(path, node);
    if (c.low < c.high) out.emplace_back(common.empty() ? path : common, std::move(c));
    return;
  }
  const std::string below = path.empty() ? "" : path + ".";
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    collect_calibrated(node.items[i], below + std::to_string(i), out);
  }
  for (const Node::Entry& e : node.entries) collect_calibrated(e.value, below + e.key, out);
}

}  // namespace

double FitCoefficient::at(double share) const {
  return std::lerp(low, high, share);
}

bool FitCoefficient::same_figures(const FitCoefficient& other) const {
  return low == other.low && value == other.value && high == other.high;
}

FitCase::FitCase(const CalibrationCase& c, FitProcessors& processors, const BoardSpec* board)
    : case_(c) {
  MeasurementSpec& m = case_.measurement;
  if (m.board && m.host) {
    m.board->host = *m.host;  // its coefficients belong to the board
    m.host.reset();
  }
  if (m.memory && board != nullptr) {
    const auto same = std::find_if(board->memories.begin(), board->memories.end(),
                                   [&](const MemoryGroup& g) { return g.memory == *m.memory; });
    if (same == board->memories.end()) throw std::logic_error("not a memory of the board");
    place_ = static_cast<std::size_t>(same - board->memories.begin());
    node_ = std::make_shared<const Node>(Writer::write(*board));
    return;
  }
  if (m.processor) {
    processor_ = processors.of(*m.processor);
    node_ = processor_->node();
    return;
  }
  node_ =
      std::make_shared<const Node>(m.board ? Writer::write(*m.board) : Writer::write(*m.memory));
  if (m.board && !m.at_rest()) run_ = run_case(m);
}

FitCoefficient FitCase::coefficient(const std::string& path) const {
  const Node* node = node_->at(path);
  if (node == nullptr || !has_figures(*node)) {
    throw ConfigError(
        fmt::format("--fit {}: is no coefficient of case '{}'; name one with "
                    "value, low and high, e.g. power.idle",
                    path, case_.measurement.name));
  }
  return coefficient_of(path, *node);
}

Parameters FitCase::calibrated() const {
  std::vector<std::pair<std::string, FitCoefficient>> found;
  collect_calibrated(*node_, "", found);
  Parameters parameters;
  std::map<std::string, std::size_t> place;
  for (auto& [common, c] : found) {
    const auto [at, first] = place.try_emplace(common, parameters.size());
    if (first) {
      parameters.push_back({std::move(c), {}});
    } else {
      parameters[at->second].together.push_back(std::move(c));
    }
  }
  return parameters;
}

Verdict FitCase::judge(const Parameters& parameters, const std::vector<double>& shares) const {
  ReadContext context;
  bool runs_again = false;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto set = [&](const FitCoefficient& c) {
      context.overrides.push_back({c.path + ".value", write_number(c.at(shares[i]), c.dimension)});
    };
    set(parameters[i]);
    for (const FitCoefficient& c : parameters[i].together) set(c);
    runs_again = runs_again || parameters[i].is_timing();
  }
  MeasurementSpec m = case_.measurement;
  if (processor_) m.processor = processor_->with(context);
  if (place_) {
    m.memory = read_document<BoardSpec>(*node_, context).memories[*place_].memory;
  } else if (m.memory) {
    m.memory = read_document<MemorySpec>(*node_, context);
  }
  if (!m.board) return tritsim::judge(m, case_.source);
  m.board = read_document<BoardSpec>(*node_, context);
  if (!run_ || runs_again) return tritsim::judge(m, case_.source);
  Result priced = *run_;
  for (KernelResult& k : priced.kernels) {
    for (std::size_t g = 0; g < m.board->cores.size(); ++g) {
      if (k.core == case_.measurement.board->cores[g].core) {
        k.core = m.board->cores[g].core;
        break;
      }
    }
  }
  priced.board.device = m.board->device;
  priced.board.memories = m.board->memories;
  priced.board.link = m.board->link;
  priced.board.power = m.board->power;
  return tritsim::judge(m, case_.source, priced);
}

}  // namespace tritsim
