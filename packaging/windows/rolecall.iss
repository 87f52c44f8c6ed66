; Inno Setup: an installer for one user, without an administrator. iscc /DVersion=0.1.0 packaging\windows\rolecall.iss
#ifndef Version
  #error "name the version: /DVersion=…"
#endif

[Setup]
AppId={{6C2F9D0A-6D4E-4B57-9B0B-5D7C0C7F2A11}
AppName=Rolecall
AppVersion={#Version}
AppPublisher=The authors of Rolecall
DefaultDirName={localappdata}\Programs\Rolecall
PrivilegesRequired=lowest
DisableProgramGroupPage=yes
DisableDirPage=auto
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=Rolecall-{#Version}
UninstallDisplayIcon={app}\rolecall.exe
Compression=lzma2
SolidCompression=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
CloseApplications=yes
ChangesEnvironment=yes

[Files]
Source: "..\..\build\dist\rolecall\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{userprograms}\Rolecall"; Filename: "{app}\rolecall.exe"

[Registry]
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Check: NotOnPath

[Run]
Filename: "{app}\rolecall.exe"; Description: "Start Rolecall"; Flags: postinstall nowait skipifsilent

[UninstallRun]
Filename: "{app}\rolecall.exe"; Parameters: "autostart off"; Flags: runhidden; RunOnceId: "autostart"

[Code]
function NotOnPath: Boolean;
var
  Path: String;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    Path := '';
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Path) + ';') = 0;
end;
