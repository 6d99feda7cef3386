; hushwing.nsi: the installer for Windows, for the person who runs it alone: no
; administrator is asked. build/windows/installer.sh fills STAGE and calls
; makensis -DSTAGE=folder -DVERSION=0.1.0 -DOUT=file.exe.

Unicode true
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
!include "MUI2.nsh"

!ifndef STAGE | VERSION | OUT
  !error "STAGE, VERSION and OUT have to be given"
!endif

Name "Hushwing"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Hushwing"
InstallDirRegKey HKCU "Software\Hushwing" "Folder"
BrandingText "Hushwing ${VERSION}"

!ifdef ICON
  !define MUI_ICON "${ICON}"
  !define MUI_UNICON "${ICON}"
!endif
!define MUI_FINISHPAGE_RUN "$INSTDIR\bin\hushwing.exe"
!insertmacro MUI_PAGE_LICENSE "${STAGE}\LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!define GONE "Software\Microsoft\Windows\CurrentVersion\Uninstall\Hushwing"
!define PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths\hushwing.exe"

Section
  SetOutPath "$INSTDIR"
  ; What an earlier version brought and this one does not must not be loaded.
  RMDir /r "$INSTDIR\bin"
  RMDir /r "$INSTDIR\share"
  File /r "${STAGE}\*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "Software\Hushwing" "Folder" "$INSTDIR"

  ; Started from its folder, it finds GTK's libraries; its Tor by the path that
  ; Windows adds for programs that are registered so.
  CreateShortcut "$SMPROGRAMS\Hushwing.lnk" "$INSTDIR\bin\hushwing.exe"
  WriteRegStr HKCU "${PATHS}" "" "$INSTDIR\bin\hushwing.exe"
  WriteRegStr HKCU "${PATHS}" "Path" "$INSTDIR\bin"

  ; Links to addresses.
  WriteRegStr HKCU "Software\Classes\hushwing.xmpp" "" "Address of a contact"
  WriteRegStr HKCU "Software\Classes\hushwing.xmpp" "URL Protocol" ""
  WriteRegStr HKCU "Software\Classes\hushwing.xmpp\shell\open\command" "" '"$INSTDIR\bin\hushwing.exe" "%1"'
  WriteRegStr HKCU "Software\Hushwing\Capabilities" "ApplicationName" "Hushwing"
  WriteRegStr HKCU "Software\Hushwing\Capabilities" "ApplicationDescription" "Private conversations"
  WriteRegStr HKCU "Software\Hushwing\Capabilities\URLAssociations" "xmpp" "hushwing.xmpp"
  WriteRegStr HKCU "Software\RegisteredApplications" "Hushwing" "Software\Hushwing\Capabilities"

  WriteRegStr HKCU "${GONE}" "DisplayName" "Hushwing"
  WriteRegStr HKCU "${GONE}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${GONE}" "DisplayIcon" "$INSTDIR\bin\hushwing.exe"
  WriteRegStr HKCU "${GONE}" "Publisher" "The Hushwing project"
  WriteRegStr HKCU "${GONE}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegDWORD HKCU "${GONE}" "NoModify" 1
  WriteRegDWORD HKCU "${GONE}" "NoRepair" 1
SectionEnd

; The profile stays: it is the user's, and lies elsewhere.
Section "Uninstall"
  RMDir /r "$INSTDIR\bin"
  RMDir /r "$INSTDIR\share"
  RMDir /r "$INSTDIR\lib"
  Delete "$INSTDIR\LICENSE"
  Delete "$INSTDIR\NOTICES"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Hushwing.lnk"
  DeleteRegValue HKCU "Software\RegisteredApplications" "Hushwing"
  DeleteRegKey HKCU "Software\Classes\hushwing.xmpp"
  DeleteRegKey HKCU "Software\Hushwing"
  DeleteRegKey HKCU "${PATHS}"
  DeleteRegKey HKCU "${GONE}"
SectionEnd
