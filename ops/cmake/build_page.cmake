# Builds the dashboard: copies SOURCE_DIR to WORK_DIR, so that the checkout stays as it is, fetches what its lock file names,
# and puts the page into OUTPUT_DIR. When that cannot be done, it fails if REQUIRED is ON, else it warns, and there is no page.

function(give_up reason)
  file(REMOVE_RECURSE ${OUTPUT_DIR})
  if(REQUIRED STREQUAL "ON")
    message(FATAL_ERROR "The dashboard was not built: ${reason}")
  endif()
  message(WARNING "The dashboard was not built, everything else is: ${reason}")
endfunction()

file(MAKE_DIRECTORY ${WORK_DIR})
file(GLOB old LIST_DIRECTORIES true ${WORK_DIR}/src ${WORK_DIR}/public ${WORK_DIR}/dist)
if(old)
  file(REMOVE_RECURSE ${old})
endif()
file(COPY ${SOURCE_DIR}/ DESTINATION ${WORK_DIR} PATTERN node_modules EXCLUDE PATTERN dist EXCLUDE)

include(${CMAKE_CURRENT_LIST_DIR}/npm_ci.cmake)
npm_ci("${NPM}" ${WORK_DIR} failure)
if(failure)
  give_up("${failure}")
  return()
endif()

execute_process(COMMAND ${NPM} run --silent build
  WORKING_DIRECTORY ${WORK_DIR} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  # This is no matter of what is installed: the page itself is wrong.
  message(FATAL_ERROR "The dashboard does not build:\n${said}")
endif()
file(REMOVE_RECURSE ${OUTPUT_DIR})
file(COPY ${WORK_DIR}/dist/ DESTINATION ${OUTPUT_DIR})
