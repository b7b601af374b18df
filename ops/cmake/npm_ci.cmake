# npm_ci(NPM FOLDER RESULT): installs exactly what the lock file in FOLDER names, unless that was done before; RESULT is empty,
# or what went wrong.
function(npm_ci npm folder result)
  set(${result} "" PARENT_SCOPE)
  if(NOT npm)
    set(${result} "npm was not found (on Debian: apt-get install nodejs npm)" PARENT_SCOPE)
    return()
  endif()
  file(SHA256 ${folder}/package-lock.json lock)
  set(installed "")
  if(EXISTS ${folder}/installed.txt)
    file(READ ${folder}/installed.txt installed)
  endif()
  if(installed STREQUAL lock)
    return()
  endif()
  # No package may run anything of its own while it is installed.
  execute_process(COMMAND ${npm} ci --ignore-scripts --no-audit --no-fund --loglevel=error
    WORKING_DIRECTORY ${folder} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    # What it says first is what went wrong; its usage follows.
    string(SUBSTRING "${said}" 0 600 said)
    set(${result} "npm ci failed:\n${said}" PARENT_SCOPE)
    return()
  endif()
  file(WRITE ${folder}/installed.txt ${lock})
endfunction()
