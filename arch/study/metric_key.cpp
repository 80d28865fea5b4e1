// SPDX-License-Identifier: Apache-2.0
#include "arch/study/metric_key.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr unsigned of_run = of_board | of_processor;
constexpr unsigned of_point = of_run | of_sweep;
constexpr unsigned of_board_point = of_board | of_sweep;

using enum Form;
using enum Better;

constexpr std::array keys{
    // Speed
    MetricKey{"tokens_per_s", "tokens per second", "", number, more, of_point | of_comparison,
              "tokens per second of all sequences together"},
    MetricKey{"tokens_per_s_per_sequence", "tokens per second per sequence", "", number, more,
              of_board_point, "tokens per second of one sequence"},
    MetricKey{"time_per_token_s", "time per token", "s", number, less, of_point,
              "time between two tokens of a sequence"},
    MetricKey{"time_to_first_token_s", "time to first token", "s", number, less,
              of_point | of_comparison, "time from the start, prompt included"},
    MetricKey{"elapsed_s", "elapsed time", "s", number, less, of_point | of_memory,
              "of the whole run"},
    MetricKey{"tokens_per_s_low", "tokens per second, low", "", number, more, of_run,
              "the least rate of `relative_time`"},
    MetricKey{"tokens_per_s_high", "tokens per second, high", "", number, more, of_run,
              "the highest rate of `relative_time`"},
    MetricKey{"relative_time", "relative time", "", range, less, of_run,
              "time of the run over its value, as latencies and rates vary within their ranges"},
    MetricKey{"batch", "batch", "", number, neither, of_point | of_comparison,
              "number of sequences"},
    MetricKey{"parameters", "parameters", "", number, neither, of_point,
              "numbers that the model stores"},
    MetricKey{"active_parameters", "active parameters", "", number, neither, of_point,
              "those that a token can use: of experts, the chosen ones"},
    MetricKey{"rounds", "rounds", "", number, neither, of_board_point | of_comparison,
              "number of times that the board is filled with sequences"},
    MetricKey{"simulated_layers", "simulated layers", "", number, neither, of_board_point,
              "simulated blocks, which stand for all; none: every block was simulated"},
    MetricKey{"bound", "bound", "", word, neither, of_run | of_comparison,
              "what limits the speed; of a board: the resources that help most when they are twice "
              "as fast"},
    MetricKey{"bound_speedup", "speed-up without bound", "", number, neither, of_board,
              "speed-up with all resources of `bound` twice as fast"},
    MetricKey{"largest_floor", "largest floor", "", word, neither, of_board_point,
              "the resource that alone needs the longest"},
    MetricKey{"largest_floor_share", "largest floor share", "", number, neither, of_board_point,
              "its share of the time of a token"},
    // Power and energy
    MetricKey{"power_w", "power", "W", range, less, of_point | of_comparison,
              "mean power of the run within the board's boundary"},
    MetricKey{"static_power_w", "static power", "W", range, less, of_board_point,
              "the part that is drawn independent of the work"},
    MetricKey{"active_power_w", "active power", "W", range, less, of_run,
              "the part that work adds to the power without work"},
    MetricKey{"energy_j", "energy", "J", range, less, of_point | of_memory, "of the whole run"},
    MetricKey{"energy_per_token_j", "energy per token", "J", range, less, of_point,
              "energy over tokens of all sequences"},
    // Roofline
    MetricKey{"peak_operations_per_s", "peak operations per second", "", number, neither,
              of_board_point, "additions or multiply-adds that the matrix units can make"},
    MetricKey{"attained_operations_per_s", "attained operations per second", "", number, more,
              of_board_point, "those that they make, padding included"},
    MetricKey{"useful_operations_per_s", "useful operations per second", "", number, more,
              of_board_point, "the same without padding"},
    MetricKey{"peak_memory_bytes_per_s", "peak memory bandwidth", "B/s", number, neither,
              of_board_point, "peak bandwidth of the channels in use"},
    MetricKey{"attained_memory_bytes_per_s", "attained memory bandwidth", "B/s", number, more,
              of_board_point | of_memory, "bytes moved over the time taken"},
    MetricKey{"operations_per_byte", "operations per byte", "", number, neither, of_board_point,
              "operations of the matrix units over bytes moved"},
    MetricKey{"ridge_operations_per_byte", "ridge operations per byte", "", number, neither,
              of_board_point, "peak operations over peak bandwidth"},
    MetricKey{"matrix_unit_floor_s", "matrix unit floor", "s", number, less, of_board_point,
              "least time of a token for the matrix units"},
    MetricKey{"memory_floor_s", "memory floor", "s", number, less, of_board_point,
              "least time of a token for the memory"},
    MetricKey{"port_floor_s", "port floor", "s", number, less, of_board_point,
              "least time of a token for the memory ports of kernels and controllers"},
    // The device
    MetricKey{"logic_cells", "logic cells", "", number, less, of_board_point,
              "logic cells of the board's units, by the area law"},
    MetricKey{"multipliers", "multipliers", "", number, less, of_board_point,
              "multipliers of the board's DSP blocks, by the area law"},
    MetricKey{"memory_blocks", "memory blocks", "", number, less, of_board_point,
              "blocks of the board's on-chip memory, by the area law"},
    MetricKey{"device_share", "device share", "", number, less, of_board_point,
              "share taken of the device's scarcest resource; none if the device is not described"},
    MetricKey{"fits", "fits", "", number, neither, of_board_point,
              "1 if the device holds the board's units and the memories their contents, else 0; "
              "none if the device is not described"},
    // Of a comparison
    MetricKey{"job_time_s", "time of the job", "s", number, less, of_run | of_comparison,
              "time of one sequence of the request, prompt and all its tokens"},
    MetricKey{"job_energy_j", "energy of the job", "J", range, less, of_run | of_comparison,
              "energy of one sequence of the request"},
    MetricKey{"job_dynamic_energy_j", "dynamic energy of the job", "J", range, less, of_comparison,
              "the part that work draws"},
    MetricKey{"job_static_energy_j", "static energy of the job", "J", range, less, of_comparison,
              "the part that is drawn while time passes"},
    MetricKey{"job_memory_bytes", "memory bytes of the job", "B", number, less, of_comparison,
              "bytes read and written"},
    MetricKey{"token_time_s", "time of a generated token", "s", number, less, of_comparison,
              "without prompts"},
    MetricKey{"token_energy_j", "energy of a generated token", "J", range, less, of_comparison,
              "without prompts"},
    MetricKey{"best_batch", "best batch", "", number, neither, of_comparison,
              "batch of the highest throughput"},
    MetricKey{"best_tokens_per_s", "tokens per second at the best batch", "", number, more,
              of_comparison, "throughput at that batch"},
    MetricKey{"best_energy_per_token_j", "energy per token at the best batch", "J", range, less,
              of_comparison, "energy at that batch"},
    MetricKey{"job_speed_ratio", "speed ratio of the job", "", number, more, of_comparison,
              "speed over that of the first run"},
    MetricKey{"job_energy_ratio", "energy ratio of the job", "", range, less, of_comparison,
              "energy over that of the first run"},
    MetricKey{"job_dynamic_energy_ratio", "dynamic energy ratio of the job", "", number, less,
              of_comparison, "dynamic energy over that of the first run"},
    MetricKey{"job_bytes_ratio", "bytes ratio of the job", "", number, less, of_comparison,
              "bytes read and written over those of the first run"},
    MetricKey{"token_speed_ratio", "speed ratio of a generated token", "", number, more,
              of_comparison, "speed over that of the first run"},
    MetricKey{"token_energy_ratio", "energy ratio of a generated token", "", range, less,
              of_comparison, "energy over that of the first run"},
    MetricKey{"throughput_speed_ratio", "throughput ratio", "", number, more, of_comparison,
              "highest throughput over that of the first run"},
    MetricKey{"throughput_energy_ratio", "energy ratio at the best batches", "", range, less,
              of_comparison, "energy per token at the best batch over that of the first run"},
    // Of a memory
    MetricKey{"requests", "requests", "", number, neither, of_memory, "requests served"},
    MetricKey{"read_bytes", "bytes read", "B", number, neither, of_board | of_memory,
              "bytes read; for a run under `levels`"},
    MetricKey{"written_bytes", "bytes written", "B", number, neither, of_board | of_memory,
              "bytes written; for a run under `levels`"},
    MetricKey{"efficiency", "efficiency", "", number, more, of_memory,
              "attained over peak bandwidth"},
    MetricKey{"energy_per_bit_j", "energy per bit", "J", number, less, of_memory,
              "energy over bits read and written"},
};

/// The key of a column, without the end of a range.
std::string_view without_end(std::string_view column) {
  for (const std::string_view end : {"_low", "_high"}) {
    if (column.ends_with(end)) return column.substr(0, column.size() - end.size());
  }
  return column;
}

std::string commands_of(const MetricKey& m) {
  std::string text;
  for (const auto& [bit, name] : {std::pair{of_board, "run"},
                                  {of_processor, "run, of a processor"},
                                  {of_sweep, "sweep"},
                                  {of_comparison, "compare"},
                                  {of_memory, "memory"}}) {
    if ((m.of & bit) == 0) continue;
    // Figures of every run are those of boards and processors alike.
    if (bit == of_processor && (m.of & of_board) != 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(name);
    if (bit == of_board && (m.of & of_processor) == 0 && (m.of & of_run) != 0) text += " (boards)";
  }
  return text;
}

}  // namespace

std::span<const MetricKey> metric_keys() {
  return keys;
}

const MetricKey* find_metric_key(std::string_view key) {
  const auto it =
      std::find_if(keys.begin(), keys.end(), [&](const MetricKey& m) { return m.key == key; });
  return it == keys.end() ? nullptr : &*it;
}

const std::vector<std::string>& sweep_metrics() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out;
    for (const MetricKey& m : keys) {
      if ((m.of & of_sweep) == 0) continue;
      out.emplace_back(m.key);
      if (m.form != range) continue;
      out.push_back(std::string(m.key) + "_low");
      out.push_back(std::string(m.key) + "_high");
    }
    return out;
  }();
  return all;
}

bool is_word(std::string_view column) {
  const MetricKey* metric = find_metric_key(without_end(column));
  return metric != nullptr && metric->form == word;
}

std::string metric_reference() {
  std::string out = "| key | unit | in | meaning |\n|---|---|---|---|\n";
  for (const MetricKey& m : keys) {
    out +=
        fmt::format("| `{}`{} | {} | {} | {} |\n", m.key,
                    m.form == range ? ", `_low`, `_high`" : "", m.unit, commands_of(m), m.meaning);
  }
  return out;
}

}  // namespace tritsim
