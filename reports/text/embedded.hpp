// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// Files of the source tree that the reports contain (cmake/Embed.cmake).
namespace tritsim {

extern const std::string_view vega_script;       ///< reports/page/vega/vega.min.js
extern const std::string_view vega_lite_script;  ///< reports/page/vega/vega-lite.min.js
extern const std::string_view vega_licence;      ///< reports/page/vega/LICENSE
extern const std::string_view page_script;       ///< reports/page/page.js
extern const std::string_view sweep_script;      ///< reports/sweep/sweep.js
extern const std::string_view modelling_text;    ///< docs/modelling.md

}  // namespace tritsim
