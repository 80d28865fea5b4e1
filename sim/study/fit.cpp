// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>
#include <nlopt.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "sim/study/validate.hpp"

namespace tritsim {
namespace {

/// Two parameters whose effects on the cases are more alike than this are one.
constexpr double indistinguishable = 0.9999;

/// The dimension of a text such as "38.9 W"; no units for a plain number.
Dimension dimension_of(const std::string& text) {
  const std::array dimensions{
      Dimension{"s", units_of<Time>()},       Dimension{"B", units_of<Bytes>()},
      Dimension{"Hz", units_of<Frequency>()}, Dimension{"J", units_of<Energy>()},
      Dimension{"W", units_of<Power>()},      Dimension{"J/B", units_of<EnergyPerByte>()}};
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

double dot_of_columns(const FitMatrix& j, std::size_t a, std::size_t b) {
  double sum = 0;
  for (const auto& row : j) sum += row[a] * row[b];
  return sum;
}

/// Inverse by Gauss and Jordan with pivots; nothing if it is as good as singular.
std::optional<FitMatrix> inverse(FitMatrix a) {
  const std::size_t n = a.size();
  FitMatrix out(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) out[i][i] = 1;
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t best = c;
    for (std::size_t r = c; r < n; ++r) {
      if (std::fabs(a[r][c]) > std::fabs(a[best][c])) best = r;
    }
    if (std::fabs(a[best][c]) < 1e-7) return {};
    std::swap(a[best], a[c]);
    std::swap(out[best], out[c]);
    const double pivot = a[c][c];
    for (std::size_t k = 0; k < n; ++k) {
      a[c][k] /= pivot;
      out[c][k] /= pivot;
    }
    for (std::size_t r = 0; r < n; ++r) {
      const double times = a[r][c];
      for (std::size_t k = 0; r != c && k < n; ++k) {
        a[r][k] -= times * a[c][k];
        out[r][k] -= times * out[c][k];
      }
    }
  }
  return out;
}

Determination determination(const FitMatrix& j, const Parameters& parameters,
                            const std::vector<std::size_t>& free) {
  Determination d;
  const std::size_t n = free.size();
  std::vector<double> norm(n);
  for (std::size_t p = 0; p < n; ++p) {
    norm[p] = std::sqrt(dot_of_columns(j, p, p));
    if (norm[p] < 1e-6) {
      d.refusal = fmt::format("{} moves none of the cases", parameters[free[p]].path);
      d.remedy = "leave it out";
      return d;
    }
  }
  FitMatrix correlation(n, std::vector<double>(n));
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      correlation[a][b] = dot_of_columns(j, a, b) / (norm[a] * norm[b]);
      if (a == b) continue;
      d.strongest_pair = std::max(d.strongest_pair, std::fabs(correlation[a][b]));
      if (std::fabs(correlation[a][b]) > indistinguishable) {
        d.refusal = fmt::format("the cases cannot tell {} from {}", parameters[free[a]].path,
                                parameters[free[b]].path);
        d.remedy = "leave one out";
        return d;
      }
    }
  }
  const auto inverted = inverse(correlation);
  if (!inverted) {
    d.refusal = "the cases do not determine the parameters together";
    d.remedy = "leave one out";
    return d;
  }
  for (std::size_t p = 0; p < n; ++p) {
    d.uncertainty.push_back(std::sqrt(std::max((*inverted)[p][p], 0.0)) / norm[p]);
  }
  return d;
}

/// What the objective needs.
struct Objective {
  const FitCases* cases;
  const Parameters* parameters;
  const std::vector<std::size_t>* free;
  std::vector<double> shares;
};

double sum_of_squares(unsigned n, const double* x, double* gradient, void* data) {
  auto& problem = *static_cast<Objective*>(data);
  for (unsigned p = 0; p < n; ++p) problem.shares[(*problem.free)[p]] = x[p];
  const std::vector<double> errors = errors_at(*problem.cases, *problem.parameters, problem.shares);
  if (gradient != nullptr) {
    const FitMatrix j =
        jacobian(*problem.cases, *problem.parameters, *problem.free, problem.shares, errors);
    for (unsigned p = 0; p < n; ++p) {
      gradient[p] = 0;
      for (std::size_t i = 0; i < errors.size(); ++i) gradient[p] += 2 * errors[i] * j[i][p];
    }
  }
  return std::inner_product(errors.begin(), errors.end(), errors.begin(), 0.0);
}

/// Whether the errors go up in steps of a clock, which have no slope.
bool stepped(const FitCases& cases, const FitParameter& p) {
  return p.is_timing() && std::any_of(cases.begin(), cases.end(),
                                      [](const FitCase* c) { return c->in_whole_clocks(); });
}

}  // namespace

double FitCoefficient::at(double share) const {
  return std::lerp(low, high, share);
}

bool FitCoefficient::same_figures(const FitCoefficient& other) const {
  return low == other.low && value == other.value && high == other.high;
}

FitCase::FitCase(const CalibrationCase& c, const BoardSpec* board) : case_(c) {
  MeasurementSpec& m = case_.measurement;
  if (m.board && m.host) {
    m.board->host = *m.host;  // its coefficients are the board's
    m.host.reset();
  }
  if (m.memory && board != nullptr) {
    const auto same = std::find_if(board->memories.begin(), board->memories.end(),
                                   [&](const MemoryGroup& g) { return g.memory == *m.memory; });
    if (same == board->memories.end()) throw std::logic_error("not a memory of the board");
    place_ = static_cast<std::size_t>(same - board->memories.begin());
    node_ = Writer::write(*board);
    return;
  }
  node_ = m.board       ? Writer::write(*m.board)
          : m.processor ? Writer::write(*m.processor)
                        : Writer::write(*m.memory);
  if (m.board && !m.at_rest()) run_ = run_case(m);
}

FitCoefficient FitCase::coefficient(const std::string& path) const {
  const Node* node = node_.at(path);
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
  collect_calibrated(node_, "", found);
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
  if (m.processor) m.processor = read_document<ProcessorSpec>(node_, context);
  if (place_) {
    m.memory = read_document<BoardSpec>(node_, context).memories[*place_].memory;
  } else if (m.memory) {
    m.memory = read_document<MemorySpec>(node_, context);
  }
  if (!m.board) return tritsim::judge(m, case_.source);
  m.board = read_document<BoardSpec>(node_, context);
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

std::vector<double> shares_of(const Parameters& parameters) {
  std::vector<double> shares;
  for (const FitParameter& p : parameters) shares.push_back(p.share());
  return shares;
}

std::vector<double> errors_at(const FitCases& cases, const Parameters& parameters,
                              const std::vector<double>& shares) {
  std::vector<double> errors;
  for (const FitCase* c : cases) errors.push_back(c->error(parameters, shares));
  return errors;
}

FitMatrix jacobian(const FitCases& cases, const Parameters& parameters,
                   const std::vector<std::size_t>& free, std::vector<double> shares,
                   const std::vector<double>& errors) {
  FitMatrix j(cases.size(), std::vector<double>(free.size()));
  for (std::size_t p = 0; p < free.size(); ++p) {
    const double before = shares[free[p]];
    // Memories answer at edges of their clock: a small step of a time would move nothing.
    const double step = stepped(cases, parameters[free[p]]) ? 0.2 : 1e-4;
    const double h = before + step <= 1 ? step : -step;
    shares[free[p]] = before + h;
    const std::vector<double> moved = errors_at(cases, parameters, shares);
    for (std::size_t i = 0; i < cases.size(); ++i) j[i][p] = (moved[i] - errors[i]) / h;
    shares[free[p]] = before;
  }
  return j;
}

Determination determination_at(const FitCases& cases, const Parameters& parameters,
                               const std::vector<std::size_t>& free,
                               const std::vector<double>& shares,
                               const std::vector<double>& errors) {
  return determination(jacobian(cases, parameters, free, shares, errors), parameters, free);
}

std::vector<double> fit(const FitCases& cases, const Parameters& parameters,
                        const std::vector<std::size_t>& free, std::vector<double> shares) {
  const auto n = static_cast<unsigned>(free.size());
  std::vector<double> x;
  for (const std::size_t p : free) x.push_back(std::clamp(shares[p], 0.0, 1.0));
  const bool steps = std::any_of(free.begin(), free.end(),
                                 [&](std::size_t p) { return stepped(cases, parameters[p]); });
  // A figure in whole clocks goes up in steps, which have no slope.
  const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> optimizer(
      nlopt_create(steps ? NLOPT_LN_COBYLA : NLOPT_LD_SLSQP, n), &nlopt_destroy);
  Objective problem{&cases, &parameters, &free, shares};
  nlopt_set_min_objective(optimizer.get(), &sum_of_squares, &problem);
  nlopt_set_lower_bounds1(optimizer.get(), 0);
  nlopt_set_upper_bounds1(optimizer.get(), 1);
  nlopt_set_xtol_abs1(optimizer.get(), steps ? 1e-3 : 1e-9);
  nlopt_set_stopval(optimizer.get(), 1e-16);
  nlopt_set_maxeval(optimizer.get(), 200);
  double least = 0;
  const nlopt_result outcome = nlopt_optimize(optimizer.get(), x.data(), &least);
  if (outcome < 0 && outcome != NLOPT_ROUNDOFF_LIMITED) {
    throw ConfigError(fmt::format("the fit did not end: {}", nlopt_result_to_string(outcome)));
  }
  for (unsigned p = 0; p < n; ++p) shares[free[p]] = x[p];
  return shares;
}

std::vector<std::size_t> indices_of(const Parameters& parameters) {
  std::vector<std::size_t> all(parameters.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace tritsim
