# SPDX-License-Identifier: Apache-2.0
# Finds SystemC and defines SystemC::systemc.
#
# A build from source offers a config package (SystemCLanguage), Debian offers pkg-config only.
# Either way the library carries in a symbol the C++ standard it was built with, and code compiled
# as another standard does not link. SC_CPLUSPLUS, put on the target, tells the headers which one.

cmake_policy(VERSION 3.25)
include(CheckCXXSourceCompiles)
include(FindPackageHandleStandardArgs)

if(NOT TARGET SystemC::systemc)
  find_package(SystemCLanguage CONFIG QUIET NO_CMAKE_PACKAGE_REGISTRY)
  set(SystemC_VERSION "${SystemCLanguage_VERSION}")
endif()

if(NOT TARGET SystemC::systemc)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(SystemC_PC QUIET IMPORTED_TARGET systemc)
  endif()
  if(TARGET PkgConfig::SystemC_PC)
    set(SystemC_VERSION "${SystemC_PC_VERSION}")
    add_library(SystemC::systemc INTERFACE IMPORTED)
    target_link_libraries(SystemC::systemc INTERFACE PkgConfig::SystemC_PC)
  endif()
endif()

# Sets `result` to the first candidate with which a program compiles and links, else to "".
function(_systemc_probe_standard result)
  set(CMAKE_CXX_STANDARD 20)
  set(CMAKE_REQUIRED_LIBRARIES SystemC::systemc)
  set(CMAKE_REQUIRED_QUIET ON)
  set(${result} "" PARENT_SCOPE)
  foreach(standard IN ITEMS 202002L 201703L 201402L)
    set(CMAKE_REQUIRED_DEFINITIONS -DSC_CPLUSPLUS=${standard})
    check_cxx_source_compiles(
      "#include <systemc>
       extern \"C\" int sc_main(int, char**) { return sc_core::sc_time_stamp().value() != 0; }
       int main() { return sc_main(0, nullptr); }"
      SystemC_LINKS_AS_${standard})
    if(SystemC_LINKS_AS_${standard})
      set(${result} ${standard} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

set(_systemc_reason "neither a SystemCLanguage package nor a systemc.pc was found")
if(TARGET SystemC::systemc)
  get_target_property(SystemC_CPLUSPLUS SystemC::systemc SystemC_CPLUSPLUS)
  if(NOT SystemC_CPLUSPLUS)
    _systemc_probe_standard(SystemC_CPLUSPLUS)
    set(_systemc_reason "no program links with it as C++14, C++17 or C++20")
    if(SystemC_CPLUSPLUS)
      set_property(TARGET SystemC::systemc APPEND
                   PROPERTY INTERFACE_COMPILE_DEFINITIONS SC_CPLUSPLUS=${SystemC_CPLUSPLUS})
      set_target_properties(SystemC::systemc PROPERTIES SystemC_CPLUSPLUS ${SystemC_CPLUSPLUS})
    endif()
  endif()
endif()

find_package_handle_standard_args(SystemC REQUIRED_VARS SystemC_CPLUSPLUS
                                  VERSION_VAR SystemC_VERSION
                                  REASON_FAILURE_MESSAGE "${_systemc_reason}")
unset(_systemc_reason)
