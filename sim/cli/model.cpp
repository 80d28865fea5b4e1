// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <fmt/format.h>

#include "arch/base/output_file.hpp"
#include "arch/base/writer.hpp"
#include "arch/import/hugging_face_config.hpp"
#include "arch/workload/model_size.hpp"
#include "sim/cli/cli.hpp"

namespace tritsim {
namespace {

struct ModelOptions {
  std::string config;
  std::string type;
  std::string name;
  std::string output;
};

void import(const ModelOptions& o) {
  const ModelSpec model = import_model(o.config, o.type, o.name);
  write_output(o.output, to_yaml(Writer::write(model)));
  const ModelSize size = size_of(model);
  fmt::print("{}: {} parameters, {} active in a token\n", model.name, size.parameters,
             size.active_parameters);
}

}  // namespace

void add_model_command(CLI::App& app) {
  const auto options = std::make_shared<ModelOptions>();
  CLI::App* model = app.add_subcommand("model", "Model descriptions from other sources");
  model->require_subcommand(1);
  CLI::App* importing =
      model->add_subcommand("import", "Write the model description of a config.json, to be edited");
  importing->add_option("config", options->config, "config.json of Hugging Face, or its directory")
      ->required()
      ->type_name("PATH");
  importing->add_option("--as", options->type, "model_type to read it as")->type_name("TYPE");
  importing
      ->add_option("--name", options->name,
                   "name of the model; left out: the file's _name_or_path, else the directory's, "
                   "else type and size")
      ->type_name("NAME");
  importing->add_option("-o,--output", options->output, "file to write")
      ->required()
      ->type_name("FILE");
  importing->footer(
      "Examples:\n"
      "  tritsim model import Qwen3-8B/ -o my_model.yaml\n"
      "  tritsim model import config.json --name 'Qwen3 8B' -o my_model.yaml");
  importing->callback([options] { import(*options); });
}

}  // namespace tritsim
