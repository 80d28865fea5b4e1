// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/transaction_file.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/input_file.hpp"
#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

constexpr std::string_view header = "initiator,target,command,address,length,start_ns,end_ns";
constexpr std::string_view memory_prefix = "memory_";

/// The cells of a line; none if their number is not that of the header.
std::optional<std::array<std::string_view, 7>> cells_of(std::string_view line) {
  std::array<std::string_view, 7> cells;
  for (std::size_t n = 0; n < cells.size(); ++n) {
    const std::size_t comma = line.find(',');
    const bool last = n + 1 == cells.size();
    if ((comma == std::string_view::npos) != last) return {};
    cells[n] = line.substr(0, comma);
    line.remove_prefix(last ? line.size() : comma + 1);
  }
  return cells;
}

template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
  T value{};
  std::from_chars_result end{};
  if constexpr (std::is_same_v<T, double>) {
    end = std::from_chars(text.data(), text.data() + text.size(), value);
  } else {
    if (base == 16 && text.starts_with("0x")) text.remove_prefix(2);
    end = std::from_chars(text.data(), text.data() + text.size(), value, base);
  }
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return {};
  return value;
}

constexpr std::uint64_t largest = std::uint64_t{1} << 50;

/// Nothing, and a problem, if the line is no transaction.
std::optional<Transaction> transaction_of(std::string_view line, const Mark& mark,
                                          Problems& problems) {
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    problems.add(mark, "", what, remedy);
    return std::nullopt;
  };
  const auto cells = cells_of(line);
  if (!cells) return refuse("has not 7 cells", fmt::format("write {}", header));
  const auto& [initiator, target, command, address, length, start, end] = *cells;
  Transaction t;
  t.initiator = initiator;
  t.target = target;
  t.write = command == "WRITE";
  if (!t.write && command != "READ") {
    return refuse(fmt::format("'{}' is no command", command), "write READ or WRITE");
  }
  const auto at = number<std::uint64_t>(address, 16);
  const auto bytes = number<std::uint64_t>(length);
  if (!at || *at >= largest) {
    return refuse(fmt::format("'{}' is not an address", address),
                  "write it in hexadecimal, below 2^50");
  }
  if (!bytes || *bytes == 0 || *bytes >= largest) {
    return refuse(fmt::format("'{}' is not a length", length), "write bytes, 1 or more");
  }
  const auto from = number<double>(start);
  const auto to = number<double>(end);
  if (!from || !to || !(*from >= 0 && *from <= *to && *to < 1e18)) {
    return refuse(fmt::format("'{}' to '{}' is no time", start, end),
                  "write nanoseconds, the start not behind the end");
  }
  t.address = *at;
  t.bytes = *bytes;
  t.start = Time{*from * 1e-9};
  t.end = Time{*to * 1e-9};
  return t;
}

/// Requests of a replay, at most: 24 bytes each.
constexpr std::uint64_t most_requests = 50'000'000;

/// Appends the requests of a transaction.
void cut(const Transaction& t, std::uint64_t request_bytes, std::vector<TimedRequest>& requests) {
  const std::uint64_t first = t.address / request_bytes;
  const std::uint64_t count = (t.address + t.bytes - 1) / request_bytes - first + 1;
  if (count > most_requests - requests.size()) {
    throw ConfigError(fmt::format(
        "--replay: the file has more than {} requests of {} B; give larger --request-bytes, or cut "
        "the file",
        most_requests, request_bytes));
  }
  const Time apart = (t.end - t.start) / static_cast<double>(count);
  for (std::uint64_t n = 0; n < count; ++n) {
    requests.push_back(
        {t.start + apart * static_cast<double>(n), (first + n) * request_bytes, t.write});
  }
}

}  // namespace

TransactionFile::TransactionFile(const std::string& path) : file_(path) {
  file_.write(fmt::format("{}\n", header));
}

void TransactionFile::add(const Transaction& t) {
  ++count_;
  file_.write(fmt::format("{},{},{},0x{:x},{},{:.3f},{:.3f}\n", t.initiator, t.target,
                          t.write ? "WRITE" : "READ", t.address, t.bytes, t.start.si() * 1e9,
                          t.end.si() * 1e9));
}

std::string TransactionFile::commit() {
  file_.commit();
  return fmt::format("transactions: {}: {} lines", file_.path(), count_);
}

std::vector<TimedRequest> read_transactions(const std::string& file, const std::string& target,
                                            std::uint64_t request_bytes) {
  std::istringstream lines(read_input(file, largest_file::document));
  std::string line;
  if (!std::getline(lines, line) || line != header) {
    throw ConfigError(
        fmt::format("{}:1:1: is no file of transactions; its first line is '{}'", file, header));
  }
  Problems problems;
  std::set<std::string> memories;
  std::vector<TimedRequest> requests;
  for (int number = 2; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    const auto t = transaction_of(line, {file, number, 1}, problems);
    if (!t || !t->target.starts_with(memory_prefix)) continue;
    memories.insert(t->target);
    if (target.empty() || t->target == target) cut(*t, request_bytes, requests);
  }
  problems.raise();
  if (memories.empty()) throw ConfigError(file + ": has no transaction of a memory");
  if (target.empty() && memories.size() > 1) {
    throw ConfigError(fmt::format("{}: has transactions of {}; say which with --target", file,
                                  fmt::join(memories, ", ")));
  }
  if (requests.empty()) {
    throw ConfigError(
        fmt::format("--target: '{}' is none of {} in {}", target, fmt::join(memories, ", "), file));
  }
  return requests;
}

}  // namespace tritsim
