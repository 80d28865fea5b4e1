// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/study/measurement.hpp"
#include "arch/study/synthesis.hpp"

namespace tritsim {

/// A case of a file of measurements, with the names it goes by.
struct MeasurementCase {
  MeasurementSpec measurement;
  std::string source;   ///< of its file
  std::string file;     ///< name of its file, without directory and ending
  std::string subject;  ///< the same of the board, processor or memory; its own name if inline
};

/// Name of the board, processor or memory of a case as its description says it.
[[nodiscard]] const std::string& subject_name(const MeasurementSpec& measurement);

/// The cases of the files, in order; of all shipped measurements if there are none. Throws
/// ConfigError.
[[nodiscard]] std::vector<MeasurementCase> load_measurements(const std::vector<std::string>& files);

/// The synthesised parts among the files; of all shipped measurements if there are none. Throws
/// ConfigError.
[[nodiscard]] std::vector<SynthesisFile> load_syntheses(const std::vector<std::string>& files);

/// The cases of which a pattern matches the name, the file, or the subject by its file or its name;
/// all of them without a pattern. A pattern is a glob of the whole name in upper or lower case;
/// without any of *?[ it may stand anywhere in it. Throws ConfigError for a pattern that matches
/// nothing.
[[nodiscard]] std::vector<MeasurementCase> matching(const std::vector<MeasurementCase>& cases,
                                                    const std::vector<std::string>& patterns);

/// The cases whose board, processor or memory a pattern matches. Throws ConfigError if none does.
[[nodiscard]] std::vector<MeasurementCase> matching_subject(
    const std::vector<MeasurementCase>& cases, const std::string& pattern);

}  // namespace tritsim
