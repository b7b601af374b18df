# Copies the browser tests from SOURCE_DIR to WORK_DIR and fetches what drives the browser. When that cannot be done it warns:
# the tests then say so and fail.
file(MAKE_DIRECTORY ${WORK_DIR})
file(COPY ${SOURCE_DIR}/ DESTINATION ${WORK_DIR} PATTERN node_modules EXCLUDE PATTERN screenshots EXCLUDE)
include(${CMAKE_CURRENT_LIST_DIR}/npm_ci.cmake)
npm_ci("${NPM}" ${WORK_DIR} failure)
if(failure)
  message(WARNING "The browser tests cannot run: ${failure}")
endif()
