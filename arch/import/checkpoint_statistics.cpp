// SPDX-License-Identifier: Apache-2.0
#include "arch/import/checkpoint_statistics.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/import/ternary_statistics.hpp"

namespace tritsim {
namespace {

constexpr std::uint64_t most_transposed = std::uint64_t{1} << 26;

constexpr std::size_t most_problems = 20;  ///< the others are likely to be of the same kind

using Shape = std::vector<std::uint64_t>;

std::string shape_text(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

/// The shape that the tensor of a matrix has.
Shape shape_of(const Matrix& m, const TensorPart& part) {
  const std::uint64_t rows = part.all_rows != 0 ? part.all_rows : m.rows;
  return part.transposed ? Shape{m.columns, rows} : Shape{rows, m.columns};
}

bool is_packed(const Tensor& tensor, const Matrix& m) {
  return tensor.type == "U8" && m.type == ElementType::ternary && m.rows % 4 == 0 &&
         tensor.shape == Shape{m.rows / 4, m.columns};
}

/// Elements `begin` to `end` of a tensor.
void read_range(const TensorFile& file, const Tensor& tensor, std::uint64_t begin,
                std::uint64_t end, const TensorFile::Use& use) {
  std::uint64_t at = 0;
  file.read(tensor, [&](std::span<const float> part) {
    const std::uint64_t from = std::clamp(begin, at, at + part.size());
    const std::uint64_t to = std::clamp(end, at, at + part.size());
    if (from < to) use(part.subspan(from - at, to - from));
    at += part.size();
  });
}

void read_packed(const TensorFile& file, const Tensor& tensor, const TensorFile::Use& use) {
  std::vector<float> weights;
  for (unsigned k = 0; k < 4; ++k) {
    file.read(tensor, [&](std::span<const float> bytes) {
      weights.clear();
      for (const float byte : bytes) {
        weights.push_back(static_cast<float>((static_cast<unsigned>(byte) >> (2 * k)) & 3U) - 1);
      }
      use(weights);
    });
  }
}

/// The rows of a matrix that is stored with inputs as rows.
std::vector<float> transposed(const TensorFile& file, const Tensor& tensor, const TensorPart& part,
                              const Matrix& m) {
  std::vector<float> weights(m.rows * m.columns);
  const std::uint64_t wide = tensor.shape[1];
  std::uint64_t at = 0;
  file.read(tensor, [&](std::span<const float> elements) {
    for (const float w : elements) {
      const std::uint64_t row = at % wide - part.first_row;  // wraps for those before the part
      if (row < m.rows) weights[row * m.columns + at / wide] = w;
      ++at;
    }
  });
  return weights;
}

MatrixStatistics statistics_of(const TensorFile& file, const Tensor& tensor, const TensorPart& part,
                               const Matrix& m) {
  const std::string name = fmt::format("{}: {}", file.path(), tensor.name);
  const auto from = [&](const WeightSource& source) {
    return ternary_statistics(name, m.rows, m.columns, source);
  };
  if (is_packed(tensor, m)) return from([&](const auto& use) { read_packed(file, tensor, use); });
  if (part.transposed) {
    const std::vector<float> weights = transposed(file, tensor, part, m);
    return from([&](const auto& use) { use(weights); });
  }
  if (part.all_rows != 0) {
    const std::uint64_t begin = part.first_row * m.columns;
    return from(
        [&](const auto& use) { read_range(file, tensor, begin, begin + m.rows * m.columns, use); });
  }
  return from([&](const auto& use) { file.read(tensor, use); });
}

/// Whether the codes of a packed matrix take the bytes of their bits. Three-bit codes are packed
/// ten to a word of 32 bits, and rows are padded to whole words.
bool holds_codes(const Tensor& tensor, const Matrix& m, const TensorPart& part) {
  if (part.packed_bits == 0) return true;
  const auto rows = static_cast<double>(part.all_rows != 0 ? part.all_rows : m.rows);
  const auto columns = static_cast<double>(m.columns);
  const double bits = rows * columns * part.packed_bits;
  const double stored = 8 * static_cast<double>(tensor.end - tensor.begin);
  return stored >= bits && stored <= 1.1 * bits + 32 * std::max(rows, columns);
}

/// What is wrong with the tensor of a matrix.
void check_tensor(const TensorFile& file, const TensorPart& part, const Matrix& m,
                  Problems& problems) {
  const char* one_model = "shapes and weights have to be of one model";
  const Tensor& tensor = file.tensors().at(part.name);
  const Mark mark{file.path(), 0, 0};
  if (is_packed(tensor, m)) return;
  if (part.own_layout) {
    if (holds_codes(tensor, m, part)) return;
    problems.add(mark, part.name,
                 fmt::format("has {} bytes of codes, {} weights of {} bits take {:.0f}",
                             tensor.end - tensor.begin, m.rows * m.columns, part.packed_bits,
                             static_cast<double>(m.rows * m.columns) * part.packed_bits / 8),
                 one_model);
    return;
  }
  const Shape shape = shape_of(m, part);
  if (tensor.shape != shape) {
    problems.add(mark, part.name,
                 fmt::format("has the shape {}, the model has {}", shape_text(tensor.shape),
                             shape_text(shape)),
                 one_model);
  } else if (!part.unread && (tensor.type == "U8" || !file.readable(tensor))) {
    problems.add(mark, part.name, fmt::format("elements of {} are not read", tensor.type),
                 "docs/traces.md lists the formats; convert the checkpoint to one of them");
  } else if (part.transposed && m.rows * m.columns > most_transposed) {
    problems.add(mark, part.name, "is too large to be transposed",
                 fmt::format("up to {} weights are", most_transposed));
  }
}

}  // namespace

void check_tensors(const TraceFile& trace, const CheckpointView& checkpoint) {
  Problems problems;
  for (const TraceLine& line : trace.lines) {
    if (!line.matrix) continue;
    if (problems.size() == most_problems) break;
    const TensorPart part = checkpoint.part_of(line.op);
    const TensorFile* file = checkpoint.file_of(part.name);
    if (file == nullptr) {
      problems.add({checkpoint.where, 0, 0}, part.name, "the checkpoint does not hold this tensor",
                   "shapes and weights have to be of one model");
      continue;
    }
    check_tensor(*file, part, *line.matrix, problems);
  }
  problems.raise();
}

void add_statistics(Imported& imported, const CheckpointView& checkpoint,
                    const std::function<void(const std::string&)>& progress) {
  std::size_t matrices = 0;
  std::size_t unread = 0;
  for (TraceLine& line : imported.trace.lines) {
    if (!line.matrix) continue;
    ++matrices;
    const TensorPart part = checkpoint.part_of(line.op);
    if (part.unread) {
      ++unread;
      continue;
    }
    const TensorFile& file = *checkpoint.file_of(part.name);
    if (progress) progress(part.name);
    line.matrix->statistics = statistics_of(file, file.tensors().at(part.name), part, *line.matrix);
  }
  if (unread == 0) return;
  imported.warnings.push_back(fmt::format(
      "{} of {} matrices are in a format whose codes are not read: they have their bytes, and no "
      "statistics",
      unread, matrices));
}

}  // namespace tritsim
