// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

/// "<<<<|>>>>>>" around a middle: to the left what the total falls by, to the right what it rises
/// by, '<' at the coefficient's low end and '>' at its high end. `longest` fills a half.
std::string text_bar(const Sensitivity& s, Energy longest) {
  constexpr std::size_t half = 10;
  const auto bar = [&](double sign) {
    const double low = sign * s.at_low.si();
    const double high = sign * s.at_high.si();
    const double most = std::max(low, high);
    if (!(most > 0)) return std::string();
    const auto length = std::lround(static_cast<double>(half) * most / longest.si());
    return std::string(static_cast<std::size_t>(length), low > high ? '<' : '>');
  };
  const std::string falls = bar(-1);
  return std::string(half - falls.size(), ' ') + falls + '|' + bar(1);
}

/// "+1.2 %", "-0.3 %".
std::string change(Energy by, double total) {
  return (by > Energy{} ? "+" : "") + percent(ratio(by.si(), total));
}

/// With bars of characters where there is no chart.
Table sensitivity_table(const RunFigures& f, const std::vector<Sensitivity>& all, bool bars) {
  Table t;
  t.title = "Sensitivity: the total when one coefficient alone moves";
  t.columns = {{"coefficient"},
               number_column("share"),
               number_column("at low"),
               number_column("at high"),
               {"confidence"}};
  if (bars) t.columns.push_back({"falls     | rises"});
  Energy longest;
  for (const Sensitivity& s : all) {
    longest = std::max({longest, s.at_low, s.at_high, -s.at_low, -s.at_high});
  }
  const double total = f.energy.value.si();
  std::map<std::string, char> letters;  // of common sources, in the order of their appearance
  for (const Sensitivity& s : all) {
    std::string name = s.coefficient;
    if (!s.common_source.empty()) {
      const auto next = static_cast<char>('A' + letters.size());
      name += fmt::format(" ({})", letters.try_emplace(s.common_source, next).first->second);
    }
    t.rows.push_back({name, percent(ratio(s.energy.si(), total)), change(s.at_low, total),
                      change(s.at_high, total), std::string(name_of(s.confidence))});
    if (bars) t.rows.back().push_back(text_bar(s, longest));
  }
  t.note = bars ? "'<': at the low end of the range, '>': at its high end. " : "";
  t.note +=
      "Coefficients with the same letter were scaled from one source and move together: their "
      "swings add. All others are independent: their swings add in quadrature to the range of the "
      "total. Coefficients that are multiplied with each other share the same energy.";
  for (const auto& [source, letter] : letters) t.note += fmt::format(" {}: {}.", letter, source);
  return t;
}

TornadoChart tornado(const RunFigures& f, const std::vector<Sensitivity>& all,
                     const std::string& boundary) {
  TornadoChart chart;
  chart.text = {
      fmt::format("Energy {} when one coefficient alone moves",
                  f.of_model ? "per token" : "of the run"),
      "J",
      "From its value to the low and to the high end of its range, with all others at their "
      "values.",
      boundary, "Ranges"};
  for (const Sensitivity& s : all) {
    if (f.tokens > 0 && s.swing() > Energy{}) {
      chart.bars.push_back({s.coefficient, s.at_low.si() / f.tokens, s.at_high.si() / f.tokens});
    }
  }
  return chart;
}

}  // namespace

std::vector<Block> sensitivity_blocks(const RunFigures& f, const EnergyAccount& account,
                                      const std::string& boundary) {
  const std::vector<Sensitivity> all = account.sensitivities();
  return {{tornado(f, all, boundary), Block::Where::documents},
          {sensitivity_table(f, all, true), Block::Where::terminal},
          {sensitivity_table(f, all, false), Block::Where::documents}};
}

}  // namespace tritsim
