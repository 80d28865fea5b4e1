// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/base/coefficient.hpp"

// The kernels of a GPU's software, by what bounds them. Times are those of a kernel in a graph,
// from one start to the next.
namespace tritsim {

/// Kernels of a library that move little.
enum class SmallKernel : std::uint8_t {
  vector,     ///< element-wise, its operands contiguous
  function,   ///< the same with an exponential
  strided,    ///< element-wise with a broadcast or strided operand, a copy into a cache
  reduction,  ///< of each row to a number
  norm,       ///< of each row
};

template <>
struct EnumNames<SmallKernel> {
  static constexpr std::array<std::pair<SmallKernel, std::string_view>, 5> names{{
      {SmallKernel::vector, "vector"},
      {SmallKernel::function, "function"},
      {SmallKernel::strided, "strided"},
      {SmallKernel::reduction, "reduction"},
      {SmallKernel::norm, "norm"},
  }};
};

/// Time of a small kernel on r rows of w elements:
///   start + element w + (r > 1: rows + rows_element w) + (r - 1) w row_element + bytes / rate
struct SmallKernelSpec {
  Coefficient<Time> start;
  Time element;       ///< a thread block goes along a row
  Time rows;          ///< with several rows, besides
  Time rows_element;  ///< likewise, for each element of a row
  Time row_element;   ///< for each element of each row behind the first
  double share = 1;   ///< of the bandwidth

  bool operator==(const SmallKernelSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("start", start, "time without work");
    io.optional("element", element, "time for each element of a row", any_time);
    io.optional("rows", rows, "time besides with several rows", any_time);
    io.optional("rows_element", rows_element, "time besides with several rows, for each element",
                any_time);
    io.optional("row_element", row_element, "time for each element of the rows behind the first",
                any_time);
    io.optional("share", share, "share of the bandwidth that it reaches", between(1e-3, 1));
  }
};

/// Library products of a matrix of outputs x inputs with some vectors.
struct ProductKernelSpec {
  Coefficient<Time> start;
  Coefficient<Time> input;           ///< a thread block goes along the inputs
  Coefficient<Time> split;           ///< a second kernel, which adds the parts of split inputs
  Coefficient<Bandwidth> bandwidth;  ///< of the weights of a large one
  Coefficient<Frequency> rate;       ///< operations, with all multiprocessors at work
  std::uint32_t tile = 64;           ///< outputs and vectors of a thread block
  std::uint32_t least_vectors = 8;   ///< fewer are padded, and more to a multiple

  bool operator==(const ProductKernelSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("start", start, "time without work");
    io.required("input", input, "time for each input: a thread block goes along them");
    io.required("split", split, "time of adding the parts where the inputs are split in two");
    io.required("bandwidth", bandwidth, "bandwidth of the weights of a large product", any_rate);
    io.required("rate", rate, "fp16 operations per second of a large product", any_rate);
    io.optional("tile", tile, "outputs, and vectors, of a thread block", any_count);
    io.optional("least_vectors", least_vectors, "vectors that a thread block pads to", any_count);
  }
};

/// Library attention of new tokens over a cache.
struct AttentionKernelSpec {
  Coefficient<Time> start;
  Coefficient<Time> element;     ///< a thread block goes along a head's positions x width
  Coefficient<Time> split;       ///< a second kernel, which joins the parts of a split context
  Coefficient<Time> block;       ///< for each thread block of a multiprocessor
  Coefficient<Frequency> rate;   ///< operations of a prompt
  std::uint32_t positions = 64;  ///< least part of a context
  std::uint32_t least_rows = 1;  ///< fewer queries of a head of keys are padded

  bool operator==(const AttentionKernelSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("start", start, "time without work");
    io.required("element", element, "time for each position x channel of a head");
    io.required("split", split, "time of joining the parts where a context is split");
    io.required("block", block, "time for each thread block of a multiprocessor");
    io.required("rate", rate, "fp16 operations per second of a prompt", any_rate);
    io.optional("positions", positions, "positions of the least part of a context", any_count);
    io.optional("least_rows", least_rows, "queries of a head of keys that a thread block pads to",
                any_count);
  }
};

/// Hand-written products of packed ternary weights with int8 vectors, one vector after the other:
/// each unpacks the matrix again.
struct PackedKernelSpec {
  Coefficient<Time> start;
  Coefficient<Time> row;       ///< for each output of each vector, ...
  Coefficient<Time> wide_row;  ///< ... of a matrix of more than `narrow` outputs
  Coefficient<Time> element;   ///< for each weight, inputs padded to a power of two
  std::uint32_t narrow = 4096;
  bool pads = false;  ///< inputs to a power of two

  bool operator==(const PackedKernelSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("start", start, "time without work");
    io.required("row", row, "time for each output of each vector");
    io.required("wide_row", wide_row, "the same of a matrix of more outputs than `narrow`");
    io.required("element", element, "time for each weight of each vector");
    io.optional("narrow", narrow, "outputs up to which `row` counts", any_count);
    io.optional("pads", pads, "true: inputs are padded to a power of two");
  }
};

/// Kernels that can be measured by themselves.
enum class MeasuredKernel : std::uint8_t { product, attention, packed };

template <>
struct EnumNames<MeasuredKernel> {
  static constexpr std::array<std::pair<MeasuredKernel, std::string_view>, 3> names{{
      {MeasuredKernel::product, "product"},
      {MeasuredKernel::attention, "attention"},
      {MeasuredKernel::packed, "packed"},
  }};
};

/// One kernel, started over and over in a graph: fp16 product or attention of a new token of each
/// sequence, or product of packed ternary weights. Weights and caches come from memory.
struct KernelCase {
  MeasuredKernel kind = MeasuredKernel::product;
  std::uint32_t vectors = 1;  ///< or sequences
  std::uint32_t outputs = 0, inputs = 0;
  std::uint32_t heads = 0, kv_heads = 0, width = 0, context = 0;

  bool operator==(const KernelCase&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("kind", kind, "what kernel");
    io.optional("vectors", vectors, "vectors of a product, sequences of an attention", any_count);
    io.optional("outputs", outputs, "rows of the matrix", between(0, 1e9));
    io.optional("inputs", inputs, "columns of the matrix", between(0, 1e9));
    io.optional("heads", heads, "query heads", between(0, 65536));
    io.optional("kv_heads", kv_heads, "key and value heads", between(0, 65536));
    io.optional("width", width, "channels of a head", between(0, 65536));
    io.optional("context", context, "positions", between(0, 1e9));
  }

  void check(Checker& c) const {
    const bool matrix = outputs > 0 && inputs > 0;
    const bool heads_given = heads > 0 && kv_heads > 0 && width > 0 && context > 0;
    if (kind == MeasuredKernel::attention ? !heads_given || outputs + inputs > 0
                                          : !matrix || heads + kv_heads + width + context > 0) {
      c.fail("", "is not described",
             "give outputs and inputs of a product; heads, kv_heads, width and context of an "
             "attention");
    }
  }
};

/// What connects the cards of a tensor-parallel group: through a switch, so that the time does not
/// grow with the number of cards but for the bytes.
struct InterconnectSpec {
  std::string name;
  Coefficient<Time> latency;         ///< of an exchange of few bytes
  Coefficient<Bandwidth> bandwidth;  ///< of a card, each way
  Coefficient<EnergyPerByte> byte_energy;

  bool operator==(const InterconnectSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "what it is");
    io.required("latency", latency, "time of an all-reduce or all-gather of few bytes");
    io.required("bandwidth", bandwidth, "bytes per second that a card sends, while it receives",
                any_rate);
    io.required("byte_energy", byte_energy, "energy per byte that a card sends");
  }
};

/// Hand-written kernels over several element-wise ops.
struct FusedKernelSpec {
  Coefficient<Time> start;
  Coefficient<Time> element;  ///< a thread block goes along a row

  bool operator==(const FusedKernelSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("start", start, "time without work");
    io.required("element", element, "time for each element of a row");
  }
};

}  // namespace tritsim
