# What every target of the project shares, and the three functions that declare one.
#
#   robin_library(math SOURCES a.cpp b.cpp PUBLIC lib PRIVATE lib)
#   robin_service(cli OUTPUT robin SOURCES main.cpp PRIVATE lib)
#   robin_test(unit_math LABEL unit OPTIMIZED SOURCES a_test.cpp PRIVATE lib)
#
# OPTIMIZED are the tests of what -O3 compiles: ./ops/test runs them under sanitizers and in the release build. Their label is
# unit-optimized, for a test has one only (gtest_discover_tests). ONE_BY_ONE is a suite of which one test runs at a time, beside one
# that waits: a browser and what it looks at take three places. COMPUTES says that its tests keep a processor busy, as unit tests do; others mostly wait for servers. A processor has two
# places (test_jobs in ops/lib.sh): for one that computes, or for two that wait.
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
  # Compiled together, a type of a file's own looks as if a header had it.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>
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
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    # No decoder is in tests, and so nothing there that a fuzzer has to find its way through.
    $<$<BOOL:$<TARGET_PROPERTY:ROBIN_IS_TEST>>:-fno-sanitize-coverage=inline-8bit-counters,indirect-calls,trace-cmp,pc-table,stack-depth>)
  target_link_options(robin_options INTERFACE -fsanitize=address,undefined)
elseif(NOT ROBIN_SANITIZE STREQUAL "")
  message(FATAL_ERROR "ROBIN_SANITIZE=${ROBIN_SANITIZE}: write address, thread, fuzzer or nothing")
endif()

if(ROBIN_SANITIZE)
  target_compile_definitions(robin_options INTERFACE ROBIN_SANITIZED)
  # After the options above: what is not optimised (robin_optimize) is not asked at each access whether the address is null, aligned
  # and of the right class: a third of the time to compile it. AddressSanitizer sees a null pointer, too.
  target_compile_options(robin_options INTERFACE
    $<$<AND:$<CXX_COMPILER_ID:Clang>,$<BOOL:$<TARGET_PROPERTY:ROBIN_UNOPTIMIZED>>>:-fno-sanitize=null,alignment,vptr>)
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

# robin_together(TARGET [FOLDERS] [PREFIXES p ...] [PARTS n]): its sources are compiled together, so that the headers they share are read
# and the templates they share are made once, not once a file (ROBIN_UNITY). Together are those of a folder, or whose names begin with
# one prefix, and all others in so many parts. Without ROBIN_UNITY each is compiled alone: slower in all, faster after a change of one.
function(robin_together target)
  cmake_parse_arguments(ARG "FOLDERS" "PARTS" "PREFIXES" ${ARGN})
  if(NOT ROBIN_UNITY)
    return()
  endif()
  if(NOT ARG_PARTS)
    set(ARG_PARTS 1)
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  set(number 0)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME group)
    if(NOT ARG_FOLDERS OR "${group}" STREQUAL "")
      cmake_path(GET source STEM stem)
      string(REGEX MATCH "^[a-z0-9]+" group "${stem}")
      if(NOT group IN_LIST ARG_PREFIXES)
        math(EXPR group "${number} % ${ARG_PARTS}")
        math(EXPR number "${number} + 1")
      endif()
    endif()
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${group}")
  endforeach()
endfunction()

# Only mathematics, and what walks through candidates, gain from more than -O2; services wait for others, and -Og compiles fastest.
# Under sanitizers nothing else is optimised at all: half the seconds to compile, and hardly a test waits for it.
function(robin_optimize target level)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:${level}>)
  if(ROBIN_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
    set_target_properties(${target} PROPERTIES ROBIN_UNOPTIMIZED ON)
  endif()
endfunction()

function(robin_library name)
  cmake_parse_arguments(ARG "" "OPTIMIZE" "SOURCES;PUBLIC;PRIVATE;TOGETHER" ${ARGN})
  add_library(robin_${name} STATIC ${ARG_SOURCES})
  add_library(robin::${name} ALIAS robin_${name})
  target_include_directories(robin_${name} PUBLIC ${PROJECT_SOURCE_DIR}/common)
  target_link_libraries(robin_${name} PUBLIC ${ARG_PUBLIC} PRIVATE robin::options ${ARG_PRIVATE})
  robin_together(robin_${name} ${ARG_TOGETHER})
  if(ARG_OPTIMIZE)
    robin_optimize(robin_${name} ${ARG_OPTIMIZE})
  endif()
endfunction()

function(robin_service name)
  cmake_parse_arguments(ARG "" "OUTPUT" "SOURCES;PRIVATE;TOGETHER" ${ARGN})
  add_executable(robin_service_${name} ${ARG_SOURCES})
  set_target_properties(robin_service_${name} PROPERTIES OUTPUT_NAME ${ARG_OUTPUT})
  target_include_directories(robin_service_${name} PRIVATE ${PROJECT_SOURCE_DIR}/services)
  target_link_libraries(robin_service_${name} PRIVATE robin::options ${ARG_PRIVATE})
  robin_together(robin_service_${name} ${ARG_TOGETHER})
  robin_optimize(robin_service_${name} -Og)
  install(TARGETS robin_service_${name} RUNTIME)
endfunction()

function(robin_test name)
  cmake_parse_arguments(ARG "OPTIMIZED;COMPUTES" "LABEL;ONE_BY_ONE" "SOURCES;PRIVATE;TOGETHER" ${ARGN})
  add_executable(robin_test_${name} ${ARG_SOURCES})
  target_include_directories(robin_test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(robin_test_${name} PRIVATE robin::options ${ARG_PRIVATE} robin_test_main)
  robin_together(robin_test_${name} ${ARG_TOGETHER})
  robin_optimize(robin_test_${name} -Og)
  set_target_properties(robin_test_${name} PROPERTIES ROBIN_IS_TEST ON)
  if(NOT ROBIN_TIDY)
    target_precompile_headers(robin_test_${name} REUSE_FROM robin_test_main)
  endif()
  set(label ${ARG_LABEL})
  if(ARG_OPTIMIZED)
    string(APPEND label -optimized)
  endif()
  # All of a label, for builds that run no others (CMakePresets.json, ops/test).
  set(groups ${ARG_LABEL} ${label})
  list(REMOVE_DUPLICATES groups)
  foreach(group IN LISTS groups)
    if(NOT TARGET robin_tests_${group})
      add_custom_target(robin_tests_${group})
    endif()
    add_dependencies(robin_tests_${group} robin_test_${name})
  endforeach()
  # What tests wait for has less time (tests/support/patience.hpp).
  set(timeout 60)
  if(ARG_LABEL STREQUAL "long")
    set(timeout 1200)
    target_compile_definitions(robin_test_${name} PRIVATE ROBIN_TEST_PATIENCE_SECONDS=120)
  endif()
  set(places 1)
  if(ARG_COMPUTES OR ARG_OPTIMIZED OR ARG_LABEL STREQUAL "unit")
    set(places 2)
  endif()
  set(others "-Long*:*/Long*")
  if(ARG_ONE_BY_ONE)
    string(APPEND others ":${ARG_ONE_BY_ONE}.*")
  endif()
  gtest_discover_tests(robin_test_${name}
    TEST_FILTER "${others}" TEST_PREFIX ${ARG_LABEL}. DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${label} TIMEOUT ${timeout} PROCESSORS ${places})
  if(ARG_ONE_BY_ONE)
    # The first of them begins first: else the last are alone in the end.
    gtest_discover_tests(robin_test_${name}
      TEST_FILTER "${ARG_ONE_BY_ONE}.*" TEST_LIST robin_test_${name}_ONE_BY_ONE TEST_PREFIX ${ARG_LABEL}. DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS ${label} TIMEOUT ${timeout} PROCESSORS 3 RESOURCE_LOCK ${ARG_ONE_BY_ONE} COST 100)
  endif()
  # Suites that begin so take long; most have a shorter one that fails for the same fault.
  gtest_discover_tests(robin_test_${name}
    TEST_FILTER "Long*:*/Long*" TEST_LIST robin_test_${name}_LONG TEST_PREFIX long. DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS long TIMEOUT 300)
endfunction()
