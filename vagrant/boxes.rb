# What the Vagrantfiles share: each says which system it is, and whether it is for testing or for building.
#
# A box is yours to make: the systems' licences let nobody hand one on, and hallmark knows of none. Its name comes in a variable.
#
#   HALLMARK_BOX_<SYSTEM>   the box, such as HALLMARK_BOX_WINDOWS_10 (placeholder: hallmark-local/<system>)
#   HALLMARK_BOX_MEMORY     MiB
#   HALLMARK_BOX_CPUS       processors
#   HALLMARK_BOX_USER, HALLMARK_BOX_PASSWORD   who is logged in as (vagrant, as in every box of Vagrant's)
#   HALLMARK_BOX_SHELL      winrm or winssh for Windows (winrm where Vagrant has the gem for it); hallmark drives winrm alone, winssh is for `vagrant ssh`
#   HALLMARK_BOX_UEFI       the UEFI firmware for libvirt, for a system that insists on it (none)
#   HALLMARK_INSTALLERS     the host's folder with the installers of a toolchain, for building alone; see below
#
# Builders come with nothing either. What they need is in HALLMARK_INSTALLERS, under these names, fetched and checked by you;
# their digests are printed into the log when they are brought in:
#
#   Windows   vs_BuildTools.exe   the Visual Studio Build Tools' bootstrapper, or a layout folder `vs_layout` made with it
#             Miniforge3.exe      Miniforge for Windows
#             For Windows 7 SP1 those of Visual Studio 2019 (16.11), the last whose system requirements name it, as a `vs_layout`,
#             and Miniforge 24.9.2-0, the last that Miniforge's README gives for it; WMF 5.1 and .NET 4.7.2 belong into the box.
#   macOS     CommandLineTools.pkg  Xcode's Command Line Tools (left out: macOS' own software update is asked for them)
#             Miniforge3.sh       Miniforge for macOS
#             MacOSX*.sdk.tar.*   the SDKs that variants name, which go to /opt/conda-sdks, OSX_SDK_DIR of the builds
#             For OS X 10.9 the Command Line Tools for Xcode 6.2, for 10.11 those for Xcode 8.2, the last that Apple has for them;
#             for both Miniforge 24.3.0-0, the last that Miniforge's README gives for macOS 10.9 to 10.12.
module HallmarkBox
  class NoWinRM < Vagrant::Errors::VagrantError
    error_message("hallmark drives Windows by WinRM, and this Vagrant has no gem for it: `vagrant plugin install winrm winrm-fs winrm-elevated`")
  end

  module_function

  def memory(default)
    Integer(ENV.fetch("HALLMARK_BOX_MEMORY", default.to_s))
  end

  def cpus
    Integer(ENV.fetch("HALLMARK_BOX_CPUS", "2"))
  end

  def installers
    folder = ENV["HALLMARK_INSTALLERS"]
    folder unless folder.nil? || folder.empty?
  end

  # What every machine has: the box by its variable, nothing shared, and time to start.
  def define(config, name, variable)
    config.vm.define name do |machine|
      machine.vm.box = ENV.fetch(variable, "hallmark-local/#{name.delete_suffix("-build")}")
      machine.vm.box_check_update = false
      machine.vm.boot_timeout = 900
      # Files are copied: not every system has guest additions, and what a test writes stays there.
      machine.vm.synced_folder ".", "/vagrant", disabled: true
      yield machine
    end
  end

  def virtualbox(machine, name, memory, *options)
    machine.vm.provider "virtualbox" do |virtualbox|
      virtualbox.name = "hallmark-#{name}"
      virtualbox.gui = false
      virtualbox.memory = memory
      virtualbox.cpus = cpus
      virtualbox.linked_clone = true
      yield virtualbox if block_given?
      virtualbox.customize ["modifyvm", :id, "--audio", "none", *options]
    end
  end

  def libvirt(machine, memory, uefi: false)
    machine.vm.provider "libvirt" do |libvirt|
      libvirt.memory = memory
      libvirt.cpus = cpus
      libvirt.disk_bus = "sata"
      libvirt.nic_model_type = "e1000"
      libvirt.graphics_type = "none"
      libvirt.loader = ENV["HALLMARK_BOX_UEFI"] if uefi && !ENV["HALLMARK_BOX_UEFI"].nil?
    end
  end

  # Windows, by WinRM or OpenSSH. `secure` is for a system that insists on UEFI and a TPM of version 2.
  def windows(config, name, variable, hostname:, memory: 4096, secure: false)
    memory = memory(memory)
    define(config, name, variable) do |machine|
      machine.vm.hostname = hostname
      machine.vm.guest = :windows
      # Debian's Vagrant comes without the winrm gem; OpenSSH in the box does as well.
      winrm = !Gem::Specification.find_all_by_name("winrm").empty?
      raise NoWinRM if ENV["HALLMARK_BOX_SHELL"] == "winrm" && !winrm
      machine.vm.communicator = ENV.fetch("HALLMARK_BOX_SHELL", winrm ? "winrm" : "winssh")
      machine.ssh.shell = "powershell"
      machine.winrm.username = ENV.fetch("HALLMARK_BOX_USER", "vagrant")
      # The password that every Vagrant box has; the machine is reached from this host alone.
      machine.winrm.password = ENV.fetch("HALLMARK_BOX_PASSWORD", "vagrant")
      machine.winrm.transport = :plaintext
      machine.winrm.basic_auth_only = true
      # A build takes hours, and is one command.
      machine.winrm.timeout = 86_400
      firmware = secure ? ["--firmware", "efi", "--tpm-type", "2.0"] : []
      virtualbox(machine, name, memory, "--vram", "32", "--usb", "off", *firmware)
      libvirt(machine, memory, uefi: secure)
      machine.vm.provision "about", type: "shell", run: "always", inline: <<~POWERSHELL
        [Environment]::OSVersion.VersionString
        $env:PROCESSOR_ARCHITECTURE
        New-Item -ItemType Directory -Force -Path C:\\hallmark-work | Out-Null
      POWERSHELL
      yield machine if block_given?
    end
  end

  # macOS by SSH. `old` is for systems whose OpenSSH is older than the key types that today's clients prefer.
  def macos(config, name, variable, memory: 4096, old: false)
    memory = memory(memory)
    define(config, name, variable) do |machine|
      machine.vm.guest = :darwin
      machine.vm.communicator = "ssh"
      machine.ssh.username = ENV.fetch("HALLMARK_BOX_USER", "vagrant")
      machine.ssh.insert_key = true
      machine.ssh.extra_args = ["-o", "HostKeyAlgorithms=+ssh-rsa", "-o", "PubkeyAcceptedAlgorithms=+ssh-rsa"] if old
      old ? intel(machine, name, memory) : apple(machine, name, memory)
      machine.vm.provision "about", type: "shell", run: "always", privileged: false, inline: <<~SH
        set -eu
        sw_vers
        uname -m
        mkdir -p "$HOME/hallmark-work"
      SH
      yield machine if block_given?
    end
  end

  def intel(machine, name, memory)
    virtualbox(machine, name, memory, "--firmware", "efi", "--chipset", "ich9", "--mouse", "usb", "--keyboard", "usb") do |virtualbox|
      virtualbox.check_guest_additions = false
      virtualbox.functional_vboxsf = false
    end
    libvirt(machine, memory)
  end

  # What runs macOS on Apple's own processors; VirtualBox and libvirt do not.
  def apple(machine, name, memory)
    machine.vm.provider "parallels" do |parallels|
      parallels.name = "hallmark-#{name}"
      parallels.memory = memory
      parallels.cpus = cpus
      parallels.linked_clone = true
    end
    machine.vm.provider "vmware_desktop" do |vmware|
      vmware.vmx["memsize"] = memory.to_s
      vmware.vmx["numvcpus"] = cpus.to_s
      vmware.gui = false
    end
  end

  # The toolchain of conda-forge's Windows builds: the compilers that its vs20xx packages look for, and a conda.
  def windows_toolchain(machine)
    machine.vm.provision "installers", type: "file", source: installers, destination: "C:/hallmark-installers" unless installers.nil?
    machine.vm.provision "toolchain", type: "shell", inline: <<~POWERSHELL
      $ErrorActionPreference = "Stop"
      $from = "C:\\hallmark-installers"
      if (-not (Test-Path "C:\\Miniforge3\\condabin\\conda.bat") -and -not (Test-Path "$from\\Miniforge3.exe")) {
        throw "Miniforge3.exe is not there: name the folder that holds it in HALLMARK_INSTALLERS"
      }
      if (Test-Path $from) { Get-ChildItem $from -File | Get-FileHash -Algorithm SHA256 | ForEach-Object { "$($_.Hash)  $($_.Path)" } }
      $tools = @("--quiet", "--wait", "--norestart", "--nocache", "--add", "Microsoft.VisualStudio.Workload.VCTools", "--includeRecommended")
      $setup = @("$from\\vs_layout\\vs_BuildTools.exe", "$from\\vs_BuildTools.exe") | Where-Object { Test-Path $_ } | Select-Object -First 1
      $vswhere = "C:\\Program Files (x86)\\Microsoft Visual Studio\\Installer\\vswhere.exe"
      $there = if (Test-Path $vswhere) { & $vswhere -products * -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath }
      if ($there) {
        "the compilers are in $there already"
      } elseif ($setup) {
        if ($setup -like "*vs_layout*") { $tools += "--noWeb" }
        $process = Start-Process -FilePath $setup -ArgumentList $tools -Wait -PassThru
        # 3010: done, and a restart is wanted.
        if (@(0, 3010) -notcontains $process.ExitCode) { throw "the Build Tools' installer ended with $($process.ExitCode)" }
      } else {
        throw "vs_BuildTools.exe is not there: name the folder that holds it in HALLMARK_INSTALLERS"
      }
      if (-not (Test-Path "C:\\Miniforge3\\condabin\\conda.bat")) {
        $arguments = @("/InstallationType=JustMe", "/RegisterPython=0", "/AddToPath=0", "/S", "/D=C:\\Miniforge3")
        $process = Start-Process -FilePath "$from\\Miniforge3.exe" -ArgumentList $arguments -Wait -PassThru
        if ($process.ExitCode -ne 0) { throw "Miniforge's installer ended with $($process.ExitCode)" }
      }
      & C:\\Miniforge3\\condabin\\conda.bat --version
    POWERSHELL
  end

  # The toolchain of conda-forge's macOS builds: the linker and headers of the Command Line Tools, the SDKs, and a conda.
  def macos_toolchain(machine)
    machine.vm.provision "installers", type: "file", source: installers, destination: "/tmp/hallmark-installers" unless installers.nil?
    machine.vm.provision "toolchain", type: "shell", privileged: false, inline: <<~SH
      set -eu
      from=/tmp/hallmark-installers
      if [ ! -x "$HOME/miniforge3/bin/conda" ] && [ ! -f "$from/Miniforge3.sh" ]; then
        echo 'Miniforge3.sh is not there: name the folder that holds it in HALLMARK_INSTALLERS' >&2
        exit 1
      fi
      if [ -d "$from" ]; then find "$from" -type f -exec shasum -a 256 {} +; fi
      if ! xcode-select -p >/dev/null 2>&1; then
        if [ -f "$from/CommandLineTools.pkg" ]; then
          sudo installer -pkg "$from/CommandLineTools.pkg" -target /
        else
          # The file makes the software update offer them.
          asked=/tmp/.com.apple.dt.CommandLineTools.installondemand.in-progress
          touch "$asked"
          # `* Label: Command Line Tools for Xcode-16.0`; before macOS 10.15 without the word, and further in.
          label=$(softwareupdate --list 2>/dev/null | sed -n 's/^ *\\* //p' | sed 's/^Label: //' | grep '^Command Line Tools' | tail -n 1 || true)
          [ -n "$label" ] || { echo 'the software update offers no Command Line Tools' >&2; exit 1; }
          sudo softwareupdate --install "$label"
          rm -f "$asked"
        fi
      fi
      xcode-select -p
      sudo mkdir -p /opt/conda-sdks
      for sdk in "$from"/MacOSX*.sdk.tar.*; do
        if [ -f "$sdk" ]; then sudo tar -xf "$sdk" -C /opt/conda-sdks; fi
      done
      ls /opt/conda-sdks
      if [ ! -x "$HOME/miniforge3/bin/conda" ]; then sh "$from/Miniforge3.sh" -b -p "$HOME/miniforge3"; fi
      "$HOME/miniforge3/bin/conda" --version
    SH
  end
end
