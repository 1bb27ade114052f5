rem GameLift runs this once on each new machine; a real server installs the Visual C++ runtime here.
exit /b 0
