// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include "arch/base/reader.hpp"
#include "reports/run/memory_report.hpp"
#include "sim/cli/by_name.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/memory_files.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/cli/transaction_file.hpp"
#include "sim/run/memory_bench.hpp"

namespace tritsim {
namespace {

struct MemoryOptions {
  std::string memory;
  std::string pattern = "sequential";
  std::string bytes = "256 MiB";
  std::string request_bytes;
  std::string stride;
  std::vector<std::string> base;
  std::string port_clock;
  std::uint32_t port_width = 0;
  std::string requests;
  std::string replay;
  std::string target;
  std::string commands;
  std::vector<std::string> set;
  MemoryTraffic traffic;
  bool idle = false;
  bool json = false;
};

/// A size or a clock of the command line, e.g. "1 GiB", "300MHz"; plain numbers are bytes.
template <class Q>
Q option_value(const char* option, const std::string& text, double least) {
  if constexpr (std::same_as<Q, Bytes>) {
    if (const auto plain = parse_number(text)) return option_value<Q>(option, text + " B", least);
  }
  const ParsedQuantity parsed = parse_quantity(text, units_of<Q>());
  if (!parsed.si)
    throw ConfigError(fmt::format("{}: {}; {}", option, parsed.problem, parsed.remedy));
  if (*parsed.si < least || *parsed.si > 1e15) {
    throw ConfigError(fmt::format("{}: '{}' is out of range", option, text));
  }
  return Q{*parsed.si};
}

/// Problems of a traffic's keys as those of the options that they come from.
class OptionChecker final : public Checker {
 public:
  void fail(std::string_view key, std::string what, std::string remedy) override {
    std::string option(key.starts_with(prefix) ? key.substr(prefix.size()) : key);
    option = option.substr(0, option.find('.'));  // of a list, the option has the entries
    std::replace(option.begin(), option.end(), '_', '-');
    if (option == "request") option = "request-bytes";
    problems_.add({}, "--" + option, std::move(what), std::move(remedy));
  }

  void raise() const { problems_.raise(); }

 private:
  static constexpr std::string_view prefix = "traffic.";
  Problems problems_;
};

MemoryProgress progress_line() {
  return [line = ProgressLine("request")](std::uint64_t done, std::uint64_t all) mutable {
    line.show(done, all);
  };
}

/// The first address of a stream: a size, or a hexadecimal number.
Bytes base_asked(const std::string& text) {
  if (!text.starts_with("0x")) return option_value<Bytes>("--base", text, 0);
  std::uint64_t base = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), base, 16);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw ConfigError(fmt::format("--base: '{}' is not an address; write e.g. 0x2000", text));
  }
  return Bytes{static_cast<double>(base)};
}

MemoryTraffic traffic_asked(const MemoryOptions& o, const MemorySpec& memory) {
  MemoryTraffic t = o.traffic;
  for (const auto& [pattern, name] : EnumNames<MemoryPattern>::names) {
    if (name == o.pattern) t.pattern = pattern;
  }
  t.bytes = option_value<Bytes>("--bytes", o.bytes, 1);
  if (!o.request_bytes.empty()) {
    t.request = option_value<Bytes>("--request-bytes", o.request_bytes, 1);
  }
  if (!o.stride.empty()) t.stride = option_value<Bytes>("--stride", o.stride, 1);
  if (o.port_width > 0) t.port_width = Bytes{o.port_width / 8.0};
  if (!o.port_clock.empty()) {
    t.port_clock = option_value<Frequency>("--port-clock", o.port_clock, 1e3);
  }
  for (const std::string& text : o.base) t.base.push_back(base_asked(text));
  OptionChecker checker;
  t.check(checker);
  check_traffic(t, memory, checker);
  if (!o.target.empty() && o.replay.empty()) {
    checker.fail("target", "says which memory of a file of transactions is replayed",
                 "give --replay, too");
  }
  if (!o.requests.empty() && !o.replay.empty()) {
    checker.fail("replay", "is given beside --requests", "leave one of them out");
  }
  if (!t.base.empty() && !(o.requests.empty() && o.replay.empty())) {
    checker.fail("base", "is given, but the requests of a file have their addresses",
                 "leave one of them out");
  }
  checker.raise();
  if (!o.requests.empty()) {
    const Frequency clock = t.port_clock  ? *t.port_clock
                            : memory.dram ? memory.dram->clock
                                          : Frequency{1e9};
    t.requests = read_requests(o.requests, clock);
  }
  if (!o.replay.empty()) {
    const Bytes burst = memory.dram ? memory.dram->burst() : 64_B;
    t.requests = read_transactions(o.replay, o.target,
                                   static_cast<std::uint64_t>(t.request.value_or(burst).si()));
  }
  return t;
}

void run(const MemoryOptions& o) {
  const auto memory = load<MemorySpec>(o.memory, parse_overrides(o.set));
  const TerminalStyle style = output_style();
  if ((o.idle || !o.commands.empty()) && !memory.dram) {
    throw ConfigError(o.memory + ": --idle and --commands need a DRAM");
  }
  if (o.idle) {
    const IdleLatencies idle = idle_latencies(memory);
    fmt::print("{}",
               o.json ? to_json(idle_metrics(idle)) : to_terminal(idle_table(memory, idle), style));
    return;
  }
  std::vector<std::vector<DramCommand>> commands;
  const MemoryRun result = run_memory(memory, traffic_asked(o, memory),
                                      o.commands.empty() ? nullptr : &commands, progress_line());
  if (!o.commands.empty()) write_commands(o.commands, memory, commands);
  if (o.json) {
    fmt::print("{}", to_json(memory_metrics(result)));
    return;
  }
  for (const Table& table : memory_tables(result)) fmt::print("{}\n", to_terminal(table, style));
  if (!o.commands.empty()) fmt::print("written: {}\n", o.commands);
}

void add_pattern_options(CLI::App& c, MemoryOptions& o) {
  std::vector<std::string> patterns = names_of<MemoryPattern>();
  c.add_option("memory", o.memory, "memory description")
      ->required()
      ->type_name("FILE")
      ->transform(by_name({MemorySpec::kind}));
  c.add_option("--pattern", o.pattern, "access pattern")
      ->capture_default_str()
      ->check(CLI::IsMember(patterns));
  c.add_option("--bytes", o.bytes, "bytes of all streams together, e.g. 1GiB")
      ->capture_default_str()
      ->type_name("SIZE");
  c.add_option("--request-bytes", o.request_bytes,
               "bytes per request (default: a burst for random, strided and files, else 64 KiB)")
      ->type_name("SIZE");
  c.add_option("--stride", o.stride,
               "stride of a strided pattern (default: a row of all bank groups)")
      ->type_name("SIZE");
  c.add_option("--streams", o.traffic.streams,
               "streams; of copy and triad, sets of two and of three")
      ->capture_default_str()
      ->check(number_in(1, 1024));
  c.add_option(
       "--base", o.base,
       "first address of each stream, e.g. 0,8KiB,0x4000 (default: equal parts of the memory)")
      ->delimiter(',')
      ->type_name("A,B,...");
  c.add_option("--ports", o.traffic.ports,
               "port of each stream, where the memory has several without a stripe (default: in "
               "turn)")
      ->delimiter(',')
      ->type_name("P,Q,...");
  c.add_option("--channels", o.traffic.channels,
               "identical channels side by side; stream j uses channel j mod N")
      ->capture_default_str()
      ->check(number_in(1, 64));
  c.add_option("--outstanding", o.traffic.outstanding, "requests in flight per stream")
      ->capture_default_str()
      ->check(number_in(1, 65536));
}

void add_port_and_files(CLI::App& c, MemoryOptions& o) {
  c.add_option("--port-width", o.port_width, "data width of each stream's port, in bits")
      ->type_name("BITS")
      ->check(number_in(1, 65536));
  c.add_option("--port-clock", o.port_clock, "clock of the ports, e.g. 300MHz")->type_name("CLOCK");
  c.add_option("--seed", o.traffic.seed, "seed of a random pattern")
      ->capture_default_str()
      ->check(number_in<std::uint64_t>(0, std::uint64_t{1} << 63));
  c.add_option("--requests", o.requests,
               "file of requests to replay instead of a pattern, one a line: R|W hex-address "
               "[arrival in cycles of the port or the DRAM]")
      ->type_name("FILE");
  c.add_option("--replay", o.replay,
               "file of 'tritsim run --transactions' to replay instead of a pattern: the requests "
               "of a transaction arrive evenly from its start to its end")
      ->type_name("FILE");
  c.add_option("--target", o.target,
               "memory of that file, e.g. memory_ddr_0; not needed if it is the only one")
      ->type_name("NAME");
  c.add_option("--commands", o.commands, "write the DRAM's command stream to this file")
      ->type_name("FILE");
  c.add_option("--set", o.set,
               "replace a value of the memory, e.g. dram.timing.tRFC=312; repeat it")
      ->type_name("PATH=VALUE");
  c.add_flag("--idle", o.idle,
             "print the latency of a page hit, a page miss and a page conflict when idle");
  c.add_flag("--json", o.json, "print JSON, nothing else");
}

}  // namespace

void add_memory_command(CLI::App& app) {
  auto o = std::make_shared<MemoryOptions>();
  CLI::App* c = app.add_subcommand("memory", "Measure a memory by itself");
  add_pattern_options(*c, *o);
  add_port_and_files(*c, *o);
  c->footer(
      "Examples:\n"
      "  tritsim memory configs/memories/ddr4_2400_u280.yaml --bytes 1GiB\n"
      "  tritsim memory configs/memories/hbm2_u280.yaml --pattern random --bytes 16MiB\n"
      "  tritsim memory configs/memories/ddr4_2400_u280.yaml --pattern triad \\\n"
      "    --port-width 512 --port-clock 300MHz --json\n"
      "  tritsim memory configs/memories/ddr4_2400_k26.yaml --streams 4 --request-bytes 512 \\\n"
      "    --base 0,64KiB,128KiB,192KiB\n"
      "  tritsim memory configs/memories/ddr4_2400_u280.yaml --bytes 64KiB --commands "
      "commands.txt");
  c->callback([o] { run(*o); });
}

}  // namespace tritsim
