# What every target of the project shares, and the three functions that declare one.
#
#   robin_library(math SOURCES a.cpp b.cpp PUBLIC lib PRIVATE lib)
#   robin_service(cli OUTPUT robin SOURCES main.cpp PRIVATE lib)
#   robin_test(unit_math LABEL unit SOURCES a_test.cpp PRIVATE lib [SERVER rabbitmq])
#
# Folder, target, namespace and include prefix of a library are one word (common/README.md).

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

add_library(robin_options INTERFACE)
add_library(robin::options ALIAS robin_options)
target_compile_features(robin_options INTERFACE cxx_std_20)
target_compile_options(robin_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wunused -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough
  $<$<BOOL:${ROBIN_WERROR}>:-Werror>
  # g++ 12 reports overlapping copies inside operator+ of std::string (GCC bug 105651) and uninitialised members of
  # half-built aggregates (GCC bug 105562) that cannot happen; clang-tidy and the sanitizers look for the real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # Bounds are proven for IEEE operations one by one; a contracted multiply-add would be another operation.
  -ffp-contract=off)

if(ROBIN_SANITIZE STREQUAL "address")
  target_compile_options(robin_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(robin_options INTERFACE -fsanitize=address,undefined)
elseif(ROBIN_SANITIZE STREQUAL "thread")
  target_compile_options(robin_options INTERFACE
    -fsanitize=thread -fno-omit-frame-pointer -Wno-tsan)
  target_link_options(robin_options INTERFACE -fsanitize=thread)
elseif(ROBIN_SANITIZE STREQUAL "fuzzer")
  target_compile_options(robin_options INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(robin_options INTERFACE -fsanitize=address,undefined)
elseif(NOT ROBIN_SANITIZE STREQUAL "")
  message(FATAL_ERROR "ROBIN_SANITIZE=${ROBIN_SANITIZE}: write address, thread, fuzzer or nothing")
endif()

if(ROBIN_TEST_POINTS)
  target_compile_definitions(robin_options INTERFACE ROBIN_TEST_POINTS)
endif()

if(ROBIN_COVERAGE)
  target_compile_options(robin_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(robin_options INTERFACE --coverage)
endif()

if(ROBIN_TIDY)
  find_program(CLANG_TIDY clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${CLANG_TIDY} --quiet)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)

function(robin_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE;PRECOMPILE" ${ARGN})
  add_library(robin_${name} STATIC ${ARG_SOURCES})
  add_library(robin::${name} ALIAS robin_${name})
  target_include_directories(robin_${name} PUBLIC ${PROJECT_SOURCE_DIR}/common)
  target_link_libraries(robin_${name} PUBLIC ${ARG_PUBLIC} PRIVATE robin::options ${ARG_PRIVATE})
  if(ARG_PRECOMPILE AND NOT ROBIN_TIDY)
    target_precompile_headers(robin_${name} PRIVATE ${ARG_PRECOMPILE})
  endif()
endfunction()

function(robin_service name)
  cmake_parse_arguments(ARG "" "OUTPUT" "SOURCES;PRIVATE;PRECOMPILE" ${ARGN})
  add_executable(robin_service_${name} ${ARG_SOURCES})
  set_target_properties(robin_service_${name} PROPERTIES OUTPUT_NAME ${ARG_OUTPUT})
  target_include_directories(robin_service_${name} PRIVATE ${PROJECT_SOURCE_DIR}/services)
  target_link_libraries(robin_service_${name} PRIVATE robin::options ${ARG_PRIVATE})
  if(ARG_PRECOMPILE AND NOT ROBIN_TIDY)
    target_precompile_headers(robin_service_${name} PRIVATE ${ARG_PRECOMPILE})
  endif()
  install(TARGETS robin_service_${name} RUNTIME)
endfunction()

function(robin_test name)
  cmake_parse_arguments(ARG "" "LABEL;SERVER" "SOURCES;PRIVATE" ${ARGN})
  add_executable(robin_test_${name} ${ARG_SOURCES})
  target_include_directories(robin_test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(robin_test_${name} PRIVATE robin::options ${ARG_PRIVATE} robin_test_main)
  if(NOT ROBIN_TIDY)
    target_precompile_headers(robin_test_${name} REUSE_FROM robin_test_main)
  endif()
  # All of a label, for builds that run no others (CMakePresets.json).
  if(NOT TARGET robin_tests_${ARG_LABEL})
    add_custom_target(robin_tests_${ARG_LABEL})
  endif()
  add_dependencies(robin_tests_${ARG_LABEL} robin_test_${name})
  # Tests that share a server take turns.
  set(lock "")
  if(ARG_SERVER)
    set(lock RESOURCE_LOCK ${ARG_SERVER})
  endif()
  set(timeout 300)
  if(ARG_LABEL STREQUAL "long")
    set(timeout 1200)
  endif()
  gtest_discover_tests(robin_test_${name}
    TEST_PREFIX ${ARG_LABEL}. DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${timeout} ${lock})
endfunction()
