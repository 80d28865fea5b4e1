// SPDX-License-Identifier: Apache-2.0
#include "sim/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlopt.h>

#include "arch/reader.hpp"
#include "arch/writer.hpp"
#include "sim/validate.hpp"

namespace tritsim {
namespace {

/// Relative error that measurements are taken to have where nothing shows how large it is.
constexpr double assumed_noise = 0.02;

/// Two parameters whose effects on the cases are more alike than this are one.
constexpr double indistinguishable = 0.9999;

struct Dimension {
  std::string_view unit;
  std::span<const Unit> units;
};

/// The dimension of a text such as "38.9 W"; no units for a plain number.
Dimension dimension_of(const std::string& text) {
  const std::array dimensions{Dimension{"s", units_of<Time>()},
                              Dimension{"Hz", units_of<Frequency>()},
                              Dimension{"J", units_of<Energy>()}, Dimension{"W", units_of<Power>()},
                              Dimension{"J/B", units_of<EnergyPerByte>()}};
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

/// The same with five significant digits, far more than any fit determines.
std::string short_number(double value, const Dimension& d) {
  const std::string text = write_number(value, d);
  const std::size_t end = std::min(text.find(' '), text.size());
  return fmt::format("{:.5g}{}", parse_number(text.substr(0, end)).value(), text.substr(end));
}

const Node* find_path(const Node& root, const std::string& path) {
  const Node* node = &root;
  std::size_t at = 0;
  while (node != nullptr && at <= path.size()) {
    const std::size_t dot = std::min(path.find('.', at), path.size());
    const std::string key = path.substr(at, dot - at);
    if (node->kind == Node::Kind::sequence) {
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
      const bool good = error == std::errc{} && end == key.data() + key.size();
      node = good && index < node->items.size() ? &node->items[index] : nullptr;
    } else {
      node = node->find(key);
    }
    at = dot + 1;
  }
  return node;
}

struct Parameter {
  std::string path;
  Dimension dimension;
  double low = 0;
  double value = 0;
  double high = 0;

  /// Needs another run: nothing else has a time for a coefficient.
  [[nodiscard]] bool is_timing() const { return dimension.unit == "s"; }

  [[nodiscard]] double at(double share) const { return std::lerp(low, high, share); }

  [[nodiscard]] double share(double v) const { return (v - low) / (high - low); }
};

/// One case as a function of the parameters. Energies and powers price a stored run anew; times and
/// numbers of the hardware need another run.
class Model {
 public:
  Model(const CalibrationCase& c) : case_(c) {
    node_ = c.measurement.board ? Writer::write(*c.measurement.board)
                                : Writer::write(*c.measurement.processor);
    const MeasurementSpec& m = case_.measurement;
    if (m.board && !m.at_rest()) run_ = run_case(m);
  }

  [[nodiscard]] const CalibrationCase& what() const { return case_; }

  [[nodiscard]] Parameter parameter(const std::string& path) const {
    const Node* node = find_path(node_, path);
    const auto text = [&](const char* key) {
      const Node* n = node != nullptr && node->kind == Node::Kind::map ? node->find(key) : nullptr;
      return n != nullptr ? n->text : std::string();
    };
    if (text("value").empty() || text("low").empty() || text("confidence").empty()) {
      throw ConfigError(
          fmt::format("--fit {}: is no coefficient of case '{}'; name one with "
                      "value, low and high, e.g. power.idle",
                      path, case_.measurement.name));
    }
    Parameter p{path, dimension_of(text("value"))};
    p.low = read_number(text("low"), p.dimension);
    p.value = read_number(text("value"), p.dimension);
    p.high = read_number(text("high"), p.dimension);
    return p;
  }

  /// Measured and simulated, at the given values of the parameters.
  [[nodiscard]] Verdict judge(const std::vector<Parameter>& parameters,
                              const std::vector<double>& values) const {
    ReadContext context;
    bool runs_again = false;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const Parameter& p = parameters[i];
      context.overrides.push_back({p.path + ".value", write_number(values[i], p.dimension)});
      runs_again = runs_again || p.is_timing();
    }
    MeasurementSpec m = case_.measurement;
    if (m.processor) {
      m.processor = read_document<ProcessorSpec>(node_, context);
      return tritsim::judge(m, case_.source);
    }
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

  /// Relative error.
  [[nodiscard]] double error(const std::vector<Parameter>& parameters,
                             const std::vector<double>& values) const {
    return judge(parameters, values).error();
  }

 private:
  CalibrationCase case_;
  Node node_;
  std::optional<Result> run_;
};

using Models = std::vector<const Model*>;
using Matrix = std::vector<std::vector<double>>;

std::vector<double> values_at(const std::vector<Parameter>& parameters, const double* shares) {
  std::vector<double> values;
  for (std::size_t i = 0; i < parameters.size(); ++i) values.push_back(parameters[i].at(shares[i]));
  return values;
}

std::vector<double> errors_at(const Models& models, const std::vector<Parameter>& parameters,
                              const double* shares) {
  std::vector<double> errors;
  for (const Model* m : models)
    errors.push_back(m->error(parameters, values_at(parameters, shares)));
  return errors;
}

/// Derivatives of the errors by the parameters, each counted in widths of its range.
Matrix jacobian(const Models& models, const std::vector<Parameter>& parameters,
                std::vector<double> shares, const std::vector<double>& errors) {
  Matrix j(models.size(), std::vector<double>(parameters.size()));
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const double before = shares[p];
    // Memories answer at edges of their clock: a small step of a time would move nothing.
    const double step = parameters[p].is_timing() ? 0.2 : 1e-4;
    const double h = before + step <= 1 ? step : -step;
    shares[p] = before + h;
    const std::vector<double> moved = errors_at(models, parameters, shares.data());
    for (std::size_t i = 0; i < models.size(); ++i) j[i][p] = (moved[i] - errors[i]) / h;
    shares[p] = before;
  }
  return j;
}

double dot_of_columns(const Matrix& j, std::size_t a, std::size_t b) {
  double sum = 0;
  for (const auto& row : j) sum += row[a] * row[b];
  return sum;
}

/// Inverse by Gauss and Jordan with pivots; nothing if it is as good as singular.
std::optional<Matrix> inverse(Matrix a) {
  const std::size_t n = a.size();
  Matrix out(n, std::vector<double>(n));
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

/// How well the cases determine the parameters.
struct Determination {
  std::string refusal;              ///< why they do not; empty if they do
  std::vector<double> uncertainty;  ///< of each share, for errors of 1
  double strongest_pair = 0;
};

Determination determination(const Matrix& j, const std::vector<Parameter>& parameters) {
  Determination d;
  const std::size_t n = parameters.size();
  std::vector<double> norm(n);
  for (std::size_t p = 0; p < n; ++p) {
    norm[p] = std::sqrt(dot_of_columns(j, p, p));
    if (norm[p] < 1e-6) {
      d.refusal = fmt::format("{} moves none of the cases; leave it out", parameters[p].path);
      return d;
    }
  }
  Matrix correlation(n, std::vector<double>(n));
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      correlation[a][b] = dot_of_columns(j, a, b) / (norm[a] * norm[b]);
      if (a == b) continue;
      d.strongest_pair = std::max(d.strongest_pair, std::fabs(correlation[a][b]));
      if (std::fabs(correlation[a][b]) > indistinguishable) {
        d.refusal = fmt::format("the cases cannot tell {} from {}; leave one out",
                                parameters[a].path, parameters[b].path);
        return d;
      }
    }
  }
  const auto inverted = inverse(correlation);
  if (!inverted) {
    d.refusal = "the cases do not determine the parameters together; leave one out";
    return d;
  }
  for (std::size_t p = 0; p < n; ++p) {
    d.uncertainty.push_back(std::sqrt(std::max((*inverted)[p][p], 0.0)) / norm[p]);
  }
  return d;
}

/// What the objective needs.
struct Problem {
  const Models* models;
  const std::vector<Parameter>* parameters;
};

double sum_of_squares(unsigned n, const double* shares, double* gradient, void* data) {
  const auto& problem = *static_cast<const Problem*>(data);
  const std::vector<double> errors = errors_at(*problem.models, *problem.parameters, shares);
  if (gradient != nullptr) {
    const Matrix j = jacobian(*problem.models, *problem.parameters, {shares, shares + n}, errors);
    for (unsigned p = 0; p < n; ++p) {
      gradient[p] = 0;
      for (std::size_t i = 0; i < errors.size(); ++i) gradient[p] += 2 * errors[i] * j[i][p];
    }
  }
  double sum = 0;
  for (const double e : errors) sum += e * e;
  return sum;
}

/// Shares of the ranges that fit best, from where the parameters are.
std::vector<double> fit(const Models& models, const std::vector<Parameter>& parameters) {
  const auto n = static_cast<unsigned>(parameters.size());
  std::vector<double> shares;
  for (const Parameter& p : parameters) shares.push_back(std::clamp(p.share(p.value), 0.0, 1.0));
  const bool timing = std::any_of(parameters.begin(), parameters.end(),
                                  [](const Parameter& p) { return p.is_timing(); });
  // A figure in whole clocks goes up in steps, which have no slope.
  const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> optimizer(
      nlopt_create(timing ? NLOPT_LN_COBYLA : NLOPT_LD_SLSQP, n), &nlopt_destroy);
  Problem problem{&models, &parameters};
  nlopt_set_min_objective(optimizer.get(), &sum_of_squares, &problem);
  nlopt_set_lower_bounds1(optimizer.get(), 0);
  nlopt_set_upper_bounds1(optimizer.get(), 1);
  nlopt_set_xtol_abs1(optimizer.get(), timing ? 1e-3 : 1e-9);
  nlopt_set_stopval(optimizer.get(), 1e-16);
  nlopt_set_maxeval(optimizer.get(), 200);
  double least = 0;
  const nlopt_result outcome = nlopt_optimize(optimizer.get(), shares.data(), &least);
  if (outcome < 0 && outcome != NLOPT_ROUNDOFF_LIMITED) {
    throw ConfigError(fmt::format("the fit did not end: {}", nlopt_result_to_string(outcome)));
  }
  return shares;
}

/// `errors`: of the models at the shares.
Determination determination_at(const Models& models, const std::vector<Parameter>& parameters,
                               const std::vector<double>& shares,
                               const std::vector<double>& errors) {
  return determination(jacobian(models, parameters, shares, errors), parameters);
}

void refuse(const std::string& why) {
  throw ConfigError("calibrate: " + why);
}

}  // namespace

Calibration calibrate(const std::vector<CalibrationCase>& cases,
                      const std::vector<std::string>& paths) {
  if (paths.size() > cases.size()) {
    refuse(fmt::format("{} parameters and {} case{}: give at most as many parameters as cases",
                       paths.size(), cases.size(), cases.size() == 1 ? "" : "s"));
  }
  std::vector<Model> models;
  models.reserve(cases.size());
  for (const CalibrationCase& c : cases) models.emplace_back(c);
  Models all;
  for (const Model& m : models) all.push_back(&m);

  std::vector<Parameter> parameters;
  for (const std::string& path : paths) {
    parameters.push_back(all.front()->parameter(path));
    const Parameter& first = parameters.back();
    if (!(first.low < first.high)) refuse(path + " has no range to be fitted in");
    for (const Model* m : all) {
      const Parameter here = m->parameter(path);
      if (here.low != first.low || here.value != first.value || here.high != first.high) {
        refuse(fmt::format("{} differs between the cases '{}' and '{}'; fit it on one of them",
                           path, all.front()->what().measurement.name, m->what().measurement.name));
      }
    }
  }
  std::vector<double> start;
  for (const Parameter& p : parameters) start.push_back(p.share(p.value));
  const std::vector<double> before = errors_at(all, parameters, start.data());
  if (const Determination d = determination_at(all, parameters, start, before);
      !d.refusal.empty()) {
    refuse(d.refusal);
  }

  const std::vector<double> best = fit(all, parameters);
  const std::vector<double> after = errors_at(all, parameters, best.data());
  const Determination d = determination_at(all, parameters, best, after);
  if (!d.refusal.empty()) refuse(d.refusal);

  Calibration result;
  result.strongest_pair = d.strongest_pair;
  const std::size_t spare = cases.size() - paths.size();
  double squares = 0;
  for (const double e : after) squares += e * e;
  result.redundant = spare > 0;
  result.noise = result.redundant ? std::sqrt(squares / static_cast<double>(spare)) : assumed_noise;

  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Verdict v = all[i]->judge(parameters, values_at(parameters, best.data()));
    names.push_back(v.name);
    FittedCase c{v.name, v.quantity, v.unit, v.measured, before[i], after[i], {}};
    const auto place = static_cast<std::ptrdiff_t>(i);
    Models others = all;
    others.erase(others.begin() + place);
    std::vector<double> errors = before;
    errors.erase(errors.begin() + place);
    if (others.size() >= parameters.size() &&
        determination_at(others, parameters, start, errors).refusal.empty()) {
      const std::vector<double> without = fit(others, parameters);
      c.left_out = all[i]->error(parameters, values_at(parameters, without.data()));
    }
    result.cases.push_back(std::move(c));
  }

  const std::string source =
      fmt::format("fitted by tritsim calibrate to: {}", fmt::join(names, "; "));
  result.overlay.source = source;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& p = parameters[i];
    const double fitted = p.at(best[i]);
    const double uncertainty = result.noise * d.uncertainty[i] * (p.high - p.low);
    result.parameters.push_back({p.path, std::string(p.dimension.unit), p.low, p.value, p.high,
                                 fitted, uncertainty, best[i] < 1e-6 || best[i] > 1 - 1e-6});
    // Two standard deviations, but no wider than before.
    result.overlay.coefficients.push_back(
        {p.path, short_number(fitted, p.dimension),
         short_number(std::clamp(fitted - 2 * uncertainty, p.low, fitted), p.dimension),
         short_number(std::clamp(fitted + 2 * uncertainty, fitted, p.high), p.dimension), source,
         Confidence::calibrated});
  }
  return result;
}

}  // namespace tritsim
