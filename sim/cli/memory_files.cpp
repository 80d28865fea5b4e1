// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/memory_files.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "arch/base/input_file.hpp"
#include "arch/base/reader.hpp"

namespace tritsim {
namespace {

std::string_view command_name(DramCommand::Kind kind) {
  switch (kind) {
    case DramCommand::Kind::activate:
      return "ACT";
    case DramCommand::Kind::precharge:
      return "PRE";
    case DramCommand::Kind::precharge_all:
      return "PREA";
    case DramCommand::Kind::precharge_same:
      return "PRESB";
    case DramCommand::Kind::read:
      return "RD";
    case DramCommand::Kind::write:
      return "WR";
    case DramCommand::Kind::refresh:
      return "REF";
    case DramCommand::Kind::refresh_bank:
      return "REFB";
    case DramCommand::Kind::refresh_same:
      return "REFSB";
    case DramCommand::Kind::power_down:
      return "PDE";
    case DramCommand::Kind::power_up:
      return "PDX";
  }
  return "?";
}

bool read_number(std::string_view text, int base, std::uint64_t& out) {
  if (base == 16 && (text.starts_with("0x") || text.starts_with("0X"))) text.remove_prefix(2);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Reads a line that is not empty; `arrival` in cycles, that of the request before if the line has
/// none. Nothing, and a problem, if it is no request.
std::optional<TimedRequest> read_request(std::istringstream& words, const Mark& mark,
                                         std::uint64_t& arrival, Problems& problems) {
  std::string kind;
  std::string address;
  std::string cycle;
  std::string rest;
  words >> kind >> address >> cycle >> rest;
  TimedRequest r;
  r.write = kind == "W";
  if (kind != "R" && kind != "W") {
    problems.add(mark, "", fmt::format("'{}' is no kind of request", kind), "write R or W");
  } else if (!read_number(address, 16, r.address) || r.address >> 50 != 0) {
    problems.add(mark, "", fmt::format("'{}' is not an address", address),
                 "write it in hexadecimal, below 2^50");
  } else if (!cycle.empty() && (!read_number(cycle, 10, arrival) || arrival >> 50 != 0)) {
    problems.add(mark, "", fmt::format("'{}' is not an arrival", cycle),
                 "write a whole number of clock cycles below 2^50");
  } else if (!rest.empty()) {
    problems.add(mark, "", fmt::format("'{}' is one word too many", rest),
                 "write R|W, the address, the arrival");
  } else {
    return r;
  }
  return {};
}

}  // namespace

std::vector<TimedRequest> read_requests(const std::string& file, Frequency clock) {
  std::vector<TimedRequest> requests;
  Problems problems;
  std::istringstream lines(read_input(file, largest_file::program));
  std::string line;
  std::uint64_t arrival = 0;
  for (int number = 1; std::getline(lines, line); ++number) {
    line.resize(std::min(line.size(), line.find('#')));
    std::istringstream words(line);
    if ((words >> std::ws).eof()) continue;
    if (auto r = read_request(words, {file, number, 1}, arrival, problems)) {
      r->arrival = cycles_to_time(static_cast<double>(arrival), clock);
      requests.push_back(*r);
    }
  }
  problems.raise();
  if (requests.empty()) {
    throw ConfigError(file + ": contains no request; write one per line, e.g. R 1f40");
  }
  return requests;
}

void write_commands(const std::string& file, const MemorySpec& memory,
                    const std::vector<std::vector<DramCommand>>& channels) {
  std::string text = "clock time_ns channel command group bank row column\n";
  std::vector<std::pair<std::size_t, DramCommand>> all;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    for (const DramCommand& command : channels[c]) all.emplace_back(c, command);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second.tick < b.second.tick; });
  const double tick = 1e9 / memory.dram->clock.si();
  for (const auto& [channel, c] : all) {
    fmt::format_to(std::back_inserter(text), "{} {:.3f} {} {}{} {} {} {} {}\n", c.tick,
                   static_cast<double>(c.tick) * tick, channel, command_name(c.kind),
                   c.auto_precharge ? "A" : "", c.group, c.bank, c.row, c.column);
  }
  write_file(file, text);
}

}  // namespace tritsim
