# SPDX-License-Identifier: Apache-2.0
# The vocabulary in which the layers are declared.

set(TRITSIM_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")

# tritsim_glob(<prefix> <stem pattern>... [EXCLUDE <stem pattern>...])
# Sets <prefix>_SOURCES and <prefix>_HEADERS from the files that exist now. The build looks again
# each time, so a new file needs no edit here.
function(tritsim_glob prefix)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "EXCLUDE")
  foreach(kind IN ITEMS SOURCES:cpp HEADERS:hpp)
    string(REPLACE ":" ";" kind "${kind}")
    list(GET kind 0 name)
    list(GET kind 1 extension)
    list(TRANSFORM arg_UNPARSED_ARGUMENTS APPEND .${extension} OUTPUT_VARIABLE wanted)
    list(TRANSFORM wanted PREPEND "${PROJECT_SOURCE_DIR}/")
    file(GLOB files CONFIGURE_DEPENDS ${wanted})
    if(arg_EXCLUDE)
      list(TRANSFORM arg_EXCLUDE APPEND .${extension} OUTPUT_VARIABLE unwanted)
      list(TRANSFORM unwanted PREPEND "${PROJECT_SOURCE_DIR}/")
      file(GLOB excluded CONFIGURE_DEPENDS ${unwanted})
      list(REMOVE_ITEM files ${excluded})
    endif()
    set(${prefix}_${name} "${files}" PARENT_SCOPE)
  endforeach()
endfunction()

# Warnings and floating point rules of every target we compile. Contraction is off so that results
# do not depend on the fused multiply-add of the machine that built the tool.
function(tritsim_options target)
  target_compile_options(
    ${target}
    PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off
            $<$<BOOL:${TRITSIM_WERROR}>:-Werror>)
  # GCC 12 warns of copies inside std::string that cannot happen (bug 105329).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
endfunction()

# tritsim_layer(<folder> LINK... PRIVATE_LINK...)
# Declares tritsim::<folder>, with _ for /: a static library of the files of the folder, whose
# headers are included by their path from the source root, inside the tree and after installation
# alike. What is linked is a target, or the folder of a layer. A layer without sources is an
# INTERFACE library.
function(tritsim_layer folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK;PRIVATE_LINK")
  tritsim_glob(own ${folder}/*)
  foreach(links IN ITEMS arg_LINK arg_PRIVATE_LINK)
    list(TRANSFORM ${links} REPLACE "^([a-z]+)/([a-z]+)$" "tritsim::\\1_\\2")
  endforeach()
  string(REPLACE / _ name "${folder}")
  set(target tritsim_${name})
  if(own_SOURCES)
    set(scope PUBLIC)
    add_library(${target} STATIC ${own_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE_LINK})
    tritsim_options(${target})
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(tritsim::${name} ALIAS ${target})
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}"
                                                     FILES ${own_HEADERS})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${arg_LINK})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  set_property(GLOBAL APPEND PROPERTY TRITSIM_LAYERS ${target})
  set_property(GLOBAL APPEND PROPERTY TRITSIM_FILES ${own_SOURCES} ${own_HEADERS})
endfunction()

# tritsim_group(<top>): tritsim::<top> stands for all layers of that top folder.
function(tritsim_group top)
  get_property(layers GLOBAL PROPERTY TRITSIM_LAYERS)
  list(FILTER layers INCLUDE REGEX "^tritsim_${top}_")
  list(TRANSFORM layers REPLACE "^tritsim_" "tritsim::")
  add_library(tritsim_${top} INTERFACE)
  add_library(tritsim::${top} ALIAS tritsim_${top})
  target_link_libraries(tritsim_${top} INTERFACE ${layers})
  set_target_properties(tritsim_${top} PROPERTIES EXPORT_NAME ${top})
  set_property(GLOBAL APPEND PROPERTY TRITSIM_GROUPS tritsim_${top})
endfunction()

# tritsim_build_id(<layer>): generates tritsim_build_id.hpp, the digest of the files of all layers,
# for the sources of the layer.
function(tritsim_build_id name)
  get_property(files GLOBAL PROPERTY TRITSIM_FILES)
  list(SORT files)
  list(TRANSFORM files REPLACE "^${PROJECT_SOURCE_DIR}/" "" OUTPUT_VARIABLE names)
  list(JOIN names "\n" text)
  file(CONFIGURE OUTPUT "${TRITSIM_GENERATED_DIR}/build_id_files.txt" CONTENT "${text}\n" @ONLY)
  set(header "${TRITSIM_GENERATED_DIR}/private/tritsim_build_id.hpp")
  add_custom_command(
    OUTPUT "${header}"
    COMMAND "${CMAKE_COMMAND}" "-DFILES=${TRITSIM_GENERATED_DIR}/build_id_files.txt"
            "-DROOT=${PROJECT_SOURCE_DIR}" "-DHEADER=${header}" -P
            "${PROJECT_SOURCE_DIR}/cmake/BuildId.cmake"
    DEPENDS ${files} "${TRITSIM_GENERATED_DIR}/build_id_files.txt"
            "${PROJECT_SOURCE_DIR}/cmake/BuildId.cmake"
    COMMENT "Digest of the sources" VERBATIM)
  target_sources(tritsim_${name} PRIVATE "${header}")
  target_include_directories(tritsim_${name} PRIVATE "${TRITSIM_GENERATED_DIR}/private")
endfunction()

# tritsim_version_header(<layer>): generates tritsim_version.hpp and gives it to the layer.
function(tritsim_version_header name)
  set(header "${TRITSIM_GENERATED_DIR}/tritsim_version.hpp")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/tritsim_version.hpp.in" "${header}" @ONLY)
  get_target_property(type tritsim_${name} TYPE)
  set(scope PUBLIC)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  endif()
  target_sources(tritsim_${name} ${scope} FILE_SET generated TYPE HEADERS
                                          BASE_DIRS "${TRITSIM_GENERATED_DIR}" FILES "${header}")
endfunction()
