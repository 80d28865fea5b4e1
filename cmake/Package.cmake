# SPDX-License-Identifier: Apache-2.0
# Install rules: the layers with their headers, the tool, the configurations, the CMake package.

include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tritsim")
set(header_dir "${CMAKE_INSTALL_INCLUDEDIR}/tritsim")

get_property(layers GLOBAL PROPERTY TRITSIM_LAYERS)
foreach(layer IN LISTS layers)
  set(file_sets FILE_SET HEADERS DESTINATION "${header_dir}")
  if(layer STREQUAL "tritsim_arch_base")
    list(APPEND file_sets FILE_SET generated DESTINATION "${header_dir}")
  endif()
  install(TARGETS ${layer} EXPORT tritsim-targets
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" ${file_sets})
endforeach()
get_property(groups GLOBAL PROPERTY TRITSIM_GROUPS)
install(TARGETS ${groups} EXPORT tritsim-targets)
install(TARGETS tritsim_search LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
if(TARGET tritsim)
  install(TARGETS tritsim RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  if(TARGET tritsim-mpi)
    install(TARGETS tritsim-mpi RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endif()
if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/configs")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/configs" DESTINATION "${CMAKE_INSTALL_DATADIR}/tritsim")
endif()

install(EXPORT tritsim-targets NAMESPACE tritsim:: DESTINATION "${package_dir}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/tritsim-config.cmake.in"
                              "${PROJECT_BINARY_DIR}/tritsim-config.cmake"
                              INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tritsim-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/tritsim-config.cmake"
              "${PROJECT_BINARY_DIR}/tritsim-config-version.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/FindSystemC.cmake"
        DESTINATION "${package_dir}")
